//! From a guarantee's state to what its two forms show.

use baohan_documents::{Disclosed, Particulars, Payer, Sum};
use baohan_domain::event::PremiumPaid;
use baohan_domain::money::in_capitals;
use baohan_domain::state::{Application, InForce, Key, Premium};
use baohan_domain::{Money, Rate, SealedField, Terms};
use chrono::{DateTime, NaiveDate, Utc};

use crate::desk::Institution;

/// A particular without which there is no guarantee is neither in the clear nor sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the application does not say its {0}")]
pub struct Incomplete(pub &'static str);

/// What the first document shows besides the application.
pub(crate) struct First<'a> {
    pub guarantee_no: &'a str,
    pub rate: Rate,
    pub payer: Payer,
    pub premium: Money,
    pub valid_until: NaiveDate,
    pub issued_at: DateTime<Utc>,
}

/// Whose account paid the premium, by the record or by what is given along.
pub(crate) fn payer_of_record(premium: &Premium) -> (Payer, Money) {
    let (name, account) = (premium.payer_name.clone(), premium.payer_account.clone());
    (Payer { name, account }, premium.amount)
}

/// See [`payer_of_record`].
pub(crate) fn payer_given_along(paid: &PremiumPaid) -> (Payer, Money) {
    (Payer { name: paid.payer_name.clone(), account: paid.payer_account.clone() }, paid.amount)
}

/// The first document: the sealed form, or the plain one where nothing is sealed.
pub(crate) fn first(
    institution: &Institution,
    application: &Application,
    first: First<'_>,
) -> Result<Particulars, Incomplete> {
    let disclosed = Disclosing { terms: &application.terms, application };
    Ok(Particulars {
        guarantee_no: first.guarantee_no.to_owned(),
        application_no: application.application_no.to_string(),
        platform: institution.platform_name(application),
        institution: institution.name.clone(),
        applicant_name: disclosed.applicant()?,
        applicant_code: disclosed.text(SealedField::ApplicantCode),
        amount: disclosed.amount()?,
        section_no: disclosed.text(SealedField::SectionNo),
        section_name: disclosed.text(SealedField::SectionName),
        beneficiary_name: disclosed.text(SealedField::BeneficiaryName),
        beneficiary_code: disclosed.text(SealedField::BeneficiaryCode),
        rate: format!("{}%", first.rate.as_percent()),
        premium: first.premium.to_string(),
        payer: Some(first.payer),
        valid_until: first.valid_until,
        claim_due_working_days: institution.claim_due_working_days,
        issued_at: first.issued_at,
        opening_at: None,
        restored_at: None,
    })
}

/// The plain document after a restore.
pub(crate) fn plain(
    institution: &Institution,
    was: &InForce,
    key: &Key,
    restored_at: DateTime<Utc>,
) -> Result<Particulars, Incomplete> {
    let terms = was.terms();
    let opened = Application { sealed: std::collections::BTreeMap::new(), ..was.application.clone() };
    let (payer, premium) = payer_of_record(&was.premium);
    let shown = First {
        guarantee_no: was.guarantee_no.as_str(),
        rate: was.rate,
        payer,
        premium,
        valid_until: was.valid_until,
        issued_at: was.issued_at,
    };
    let particulars = first(institution, &Application { terms, ..opened }, shown)?;
    Ok(Particulars { opening_at: Some(key.opening_at), restored_at: Some(restored_at), ..particulars })
}

/// Clear where it is known, else the ciphertext.
struct Disclosing<'a> {
    terms: &'a Terms,
    application: &'a Application,
}

impl Disclosing<'_> {
    fn text(&self, field: SealedField) -> Option<Disclosed> {
        let clear = match field {
            SealedField::ApplicantName => &self.terms.applicant_name,
            SealedField::ApplicantCode => &self.terms.applicant_code,
            SealedField::SectionNo => &self.terms.section_no,
            SealedField::SectionName => &self.terms.section_name,
            SealedField::BeneficiaryName => &self.terms.beneficiary_name,
            SealedField::BeneficiaryCode => &self.terms.beneficiary_code,
            SealedField::Amount => &None,
        };
        clear.clone().map(Disclosed::Clear).or_else(|| self.sealed(field))
    }

    fn sealed<T>(&self, field: SealedField) -> Option<Disclosed<T>> {
        self.application.sealed.get(&field).cloned().map(Disclosed::Sealed)
    }

    fn applicant(&self) -> Result<Disclosed, Incomplete> {
        self.text(SealedField::ApplicantName).ok_or(Incomplete("applicant"))
    }

    fn amount(&self) -> Result<Disclosed<Sum>, Incomplete> {
        let clear = self.terms.amount.map(|amount| {
            Disclosed::Clear(Sum { figures: amount.to_string(), capitals: in_capitals(amount) })
        });
        clear.or_else(|| self.sealed(SealedField::Amount)).ok_or(Incomplete("amount"))
    }
}
