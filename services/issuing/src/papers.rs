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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use baohan_documents::Form;
    use baohan_domain::{ApplicationNo, Fingerprint};

    use super::*;

    fn institution() -> Institution {
        let platform_names: crate::PlatformNames =
            Arc::new(|_, centre| centre.map(|centre| format!("中心{centre}")));
        Institution {
            name: "示例融资担保有限公司".into(), claim_due_working_days: 3, platform_names
        }
    }

    fn application(platform_code: Option<&str>) -> Application {
        Application {
            platform: "jyzx".into(),
            platform_code: platform_code.map(str::to_owned),
            application_no: ApplicationNo::new("A-1").unwrap(),
            terms: Terms {
                applicant_name: Some("甲".into()),
                amount: "800000".parse().ok(),
                ..Terms::default()
            },
            sealed: BTreeMap::from([(SealedField::SectionNo, "QUJD".to_owned())]),
            extra: BTreeMap::new(),
            personal: BTreeMap::new(),
            content: Fingerprint::new(String::new()),
            applied_at: DateTime::UNIX_EPOCH,
        }
    }

    fn made(application: &Application) -> Result<Particulars, Incomplete> {
        let shown = First {
            guarantee_no: "G-1",
            rate: "0.008".parse().unwrap(),
            payer: Payer { name: "甲".into(), account: "1".into() },
            premium: "6400".parse().unwrap(),
            valid_until: NaiveDate::from_ymd_opt(2026, 6, 30).unwrap(),
            issued_at: DateTime::UNIX_EPOCH,
        };
        first(&institution(), application, shown)
    }

    #[test]
    fn what_is_known_is_clear_and_what_is_not_is_sealed() {
        let particulars = made(&application(None)).unwrap();
        assert_eq!(particulars.form(), Form::Sealed);
        assert_eq!(particulars.section_no, Some(Disclosed::Sealed("QUJD".into())));
        assert_eq!(particulars.applicant_name, Disclosed::Clear("甲".into()));
        assert_eq!(particulars.beneficiary_name, None);
        let (figures, capitals) = ("800000.00".to_owned(), "人民币捌拾万元整".to_owned());
        assert_eq!(particulars.amount, Disclosed::Clear(Sum { figures, capitals }));
        assert_eq!((particulars.rate.as_str(), particulars.premium.as_str()), ("0.8%", "6400.00"));
    }

    #[test]
    fn a_platform_without_a_name_is_called_by_its_key() {
        assert_eq!(made(&application(None)).unwrap().platform, "jyzx");
        assert_eq!(made(&application(Some("7"))).unwrap().platform, "中心7");
    }

    #[test]
    fn without_applicant_or_amount_there_is_no_document() {
        let mut nameless = application(None);
        nameless.terms.applicant_name = None;
        assert_eq!(made(&nameless), Err(Incomplete("applicant")));
        let mut amountless = application(None);
        amountless.terms.amount = None;
        assert_eq!(made(&amountless), Err(Incomplete("amount")));
        amountless.sealed.insert(SealedField::Amount, "REVG".into());
        assert_eq!(made(&amountless).unwrap().amount, Disclosed::Sealed("REVG".into()));
    }
}
