use baohan_documents::{Disclosed, Particular};
use baohan_domain::state::{Application, ClaimState, InForce};
use baohan_domain::{Guarantee, Money, SealedField, Status, Terms};

use super::happening::{day, yuan};

/// What a guarantee is about and how it stands, as lines of the page's head. What came sealed and was not opened stays sealed.
pub(super) fn particulars(guarantee: &Guarantee, platform: &str) -> Vec<Particular> {
    let mut lines = Vec::new();
    let mut line = |name: &str, value: Disclosed| lines.push(Particular { name: name.to_owned(), value });
    let Some(application) = guarantee.application() else { return lines };
    let issued = guarantee.issued();
    if let Some(issued) = issued {
        line("保函编号", Disclosed::Clear(issued.guarantee_no.to_string()));
    }
    line("业务流水号", Disclosed::Clear(application.application_no.to_string()));
    line("交易平台", Disclosed::Clear(platform.to_owned()));
    line("当前状态", Disclosed::Clear(guarantee.status().map_or("——", status).to_owned()));
    let terms = issued.map_or_else(|| application.terms.clone(), InForce::terms);
    for (name, field) in FIELDS {
        if let Some(value) = known(&terms, application, field) {
            line(name, value);
        }
    }
    if let Some(issued) = issued {
        line("剩余担保金额", Disclosed::Clear(yuan(issued.left())));
        let premium = format!("{}% / {}", issued.rate.as_percent().normalize(), yuan(issued.premium.amount));
        line("费率 / 保费", Disclosed::Clear(premium));
        line("有效期至", Disclosed::Clear(format!("{}（含当日）", day(issued.valid_until))));
        if !issued.claims.is_empty() {
            line("索赔 / 赔付", Disclosed::Clear(claims(issued)));
        }
    } else if let Some(premium) = guarantee.premium() {
        line("保费", Disclosed::Clear(yuan(premium.amount)));
    }
    lines
}

const FIELDS: [(&str, SealedField); 7] = [
    ("投标企业", SealedField::ApplicantName),
    ("信用代码", SealedField::ApplicantCode),
    ("标段编号", SealedField::SectionNo),
    ("标段名称", SealedField::SectionName),
    ("招标人", SealedField::BeneficiaryName),
    ("招标人信用代码", SealedField::BeneficiaryCode),
    ("担保金额", SealedField::Amount),
];

fn known(terms: &Terms, application: &Application, field: SealedField) -> Option<Disclosed> {
    let text = match field {
        SealedField::ApplicantName => terms.applicant_name.clone(),
        SealedField::ApplicantCode => terms.applicant_code.clone(),
        SealedField::SectionNo => terms.section_no.clone(),
        SealedField::SectionName => terms.section_name.clone(),
        SealedField::BeneficiaryName => terms.beneficiary_name.clone(),
        SealedField::BeneficiaryCode => terms.beneficiary_code.clone(),
        SealedField::Amount => terms.amount.map(yuan),
    };
    let sealed = || application.sealed.get(&field).cloned().map(Disclosed::Sealed);
    text.map(Disclosed::Clear).or_else(sealed)
}

fn claims(issued: &InForce) -> String {
    let paid = issued.claims.iter().filter_map(|claim| match &claim.state {
        ClaimState::Paid { amount, .. } => Some(*amount),
        ClaimState::Open | ClaimState::Refused { .. } => None,
    });
    let sum = |amounts: &mut dyn Iterator<Item = Money>| {
        amounts.fold(Money::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
    };
    let claimed = sum(&mut issued.claims.iter().map(|claim| claim.amount));
    format!("{} / {}", yuan(claimed), yuan(sum(&mut { paid })))
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Applied => "已申请",
        Status::Declined => "不予承保",
        Status::Withdrawn => "申请已撤回",
        Status::Issued => "已出函，在保",
        Status::Restored => "已还原，在保",
        Status::Quit => "已退保",
        Status::Cancelled => "已注销",
    }
}
