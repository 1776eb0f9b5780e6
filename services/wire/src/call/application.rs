use std::collections::BTreeMap;

use baohan_domain::{ApplicationNo, SealedField, Terms};

use super::content::Content;
use super::{Extras, Personal};
use crate::dialect::{sealable, wire_name};
use crate::fault::{Fault, FaultCode};
use crate::form::{AMOUNT_LENGTH_MAX, FIRM_CODE_LENGTH_MAX, Form, NAME_LENGTH_MAX};
use crate::seal;

/// Bounds of the section's fields in characters, sealed or plain (the interface specification page on dialects).
const SECTION_NO_LENGTH_MAX: usize = 500;
const SECTION_NAME_LENGTH_MAX: usize = 1000;
const BENEFICIARY_NAME_LENGTH_MAX: usize = 500;
/// A sealed amount, name or code of the bidder has no bound in the documents; it is held to the tenderer's.
const SEALED_LENGTH_MAX: usize = 500;

/// A bidder's application for a guarantee (specification 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// What came in the clear.
    pub terms: Terms,
    /// What came sealed, as it came: line breaks in its base64 included.
    pub sealed: BTreeMap<SealedField, String>,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// Unknown fields that may be personal data.
    pub personal: Personal,
}

pub(super) fn read(form: &mut Form<'_, '_>) -> Result<Application, Fault> {
    let application_no = form.application_no()?;
    let mut sealed = BTreeMap::new();
    for (field, name) in sealable() {
        if form.dialect.sealed.contains(field) {
            let ciphertext = form.text(name, sealed_length_max(field))?;
            match ciphertext {
                Some(text) if !seal::is_ciphertext(text) => return Err(not_ciphertext(name)),
                Some(text) => {
                    sealed.insert(field, text.to_owned());
                }
                None if field == SealedField::BeneficiaryCode => {}
                None => return Err(Fault::missing(name)),
            }
        }
    }
    let terms = read_terms(form, |form, field| !form.dialect.sealed.contains(field))?;
    let Extras { extra, personal } = Extras::read(form, &[])?;
    Ok(Application { application_no, terms, sealed, extra, personal })
}

/// Reads the plain fields that are asked for: an application's that are not sealed, or a restore's that were.
pub(super) fn read_terms(
    form: &mut Form<'_, '_>,
    is_wanted: impl Fn(&Form<'_, '_>, SealedField) -> bool,
) -> Result<Terms, Fault> {
    let mut terms = Terms::default();
    let owned = |text: &str| Some(text.to_owned());
    for (field, name) in sealable() {
        if !is_wanted(form, field) {
            continue;
        }
        match field {
            SealedField::SectionNo => {
                terms.section_no = owned(form.required_line(name, SECTION_NO_LENGTH_MAX)?);
            }
            SealedField::SectionName => {
                terms.section_name = owned(form.required_line(name, SECTION_NAME_LENGTH_MAX)?);
            }
            SealedField::BeneficiaryName => {
                terms.beneficiary_name = owned(form.required_line(name, BENEFICIARY_NAME_LENGTH_MAX)?);
            }
            SealedField::BeneficiaryCode => terms.beneficiary_code = form.firm_code(name)?.map(str::to_owned),
            SealedField::ApplicantName => {
                terms.applicant_name = owned(form.required_line(name, NAME_LENGTH_MAX)?);
            }
            SealedField::ApplicantCode => {
                terms.applicant_code = owned(form.firm_code(name)?.ok_or_else(|| Fault::missing(name))?);
            }
            SealedField::Amount => terms.amount = Some(form.required_money(name)?),
        }
    }
    Ok(terms)
}

impl Application {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("application_no", self.application_no.as_str());
        describe_terms(content, &self.terms);
        for (field, ciphertext) in &self.sealed {
            // The same ciphertext may be broken into other lines when it is sent again.
            content.put("sealed", wire_name(*field));
            content.put("ciphertext", &seal::without_line_breaks(ciphertext));
        }
    }
}

pub(super) fn describe_terms(content: &mut Content, terms: &Terms) {
    content.put_some("applicant_name", terms.applicant_name.as_deref());
    content.put_some("applicant_code", terms.applicant_code.as_deref());
    content.put_some("amount", terms.amount.map(|amount| amount.to_string()).as_deref());
    content.put_some("section_no", terms.section_no.as_deref());
    content.put_some("section_name", terms.section_name.as_deref());
    content.put_some("beneficiary_name", terms.beneficiary_name.as_deref());
    content.put_some("beneficiary_code", terms.beneficiary_code.as_deref());
}

fn sealed_length_max(field: SealedField) -> usize {
    match field {
        SealedField::SectionNo => SECTION_NO_LENGTH_MAX,
        SealedField::SectionName => SECTION_NAME_LENGTH_MAX,
        SealedField::BeneficiaryName => BENEFICIARY_NAME_LENGTH_MAX,
        SealedField::BeneficiaryCode => FIRM_CODE_LENGTH_MAX,
        SealedField::ApplicantName | SealedField::ApplicantCode => SEALED_LENGTH_MAX,
        SealedField::Amount => SEALED_LENGTH_MAX.max(AMOUNT_LENGTH_MAX),
    }
}

fn not_ciphertext(name: &str) -> Fault {
    Fault::new(
        FaultCode::NotCiphertext,
        format!("字段 {name} 不是密文：应为 SM4 密文的 base64 或十六进制，整 16 字节分组（配置项 sealed）"),
    )
}
