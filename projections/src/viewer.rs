use baohan_domain::underwriting::UnderwritingTerms;
use baohan_domain::{Guarantee, SealedField};
use chrono::{DateTime, Utc};

/// Who looks, and when: what came sealed is shown before the opening's time only to those who may see it.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// Now.
    pub now: DateTime<Utc>,
    /// Whether the reader may see plain values of a section before its opening (the `operator` role).
    pub sees_plain: bool,
    /// The institution's terms, where it is to be said what an application waits for.
    pub terms: Option<&'a UnderwritingTerms>,
}

impl Viewer<'_> {
    /// A reader who may see everything.
    #[must_use]
    pub fn operator(now: DateTime<Utc>) -> Self {
        Self { now, sees_plain: true, terms: None }
    }

    /// A reader who sees nothing before its opening.
    #[must_use]
    pub fn reader(now: DateTime<Utc>) -> Self {
        Self { now, sees_plain: false, terms: None }
    }

    /// Whether the values that came sealed are hidden from this reader: opened already, but before the opening's time.
    #[must_use]
    pub fn is_kept_from(&self, guarantee: &Guarantee) -> bool {
        let key = guarantee.issued().and_then(|issued| issued.opening.key());
        !self.sees_plain && key.is_some_and(|key| key.opening_at > self.now)
    }

    /// Whether this value came sealed and is hidden from this reader.
    #[must_use]
    pub fn is_kept_from_field(&self, guarantee: &Guarantee, field: SealedField) -> bool {
        self.is_kept_from(guarantee) && sealed_fields(guarantee).contains(&field)
    }

    /// For queries: the moment up to which openings have come for this reader, in microseconds.
    pub(crate) fn opened_until(&self) -> i64 {
        if self.sees_plain { i64::MAX } else { self.now.timestamp_micros() }
    }
}

/// The fields that were not in the clear in the application: sealed ones, and those that only the restore brought.
#[must_use]
pub fn sealed_fields(guarantee: &Guarantee) -> Vec<SealedField> {
    let Some(application) = guarantee.application() else { return Vec::new() };
    let opened = guarantee.issued().and_then(|issued| issued.opening.key()).map(|key| &key.opened);
    let terms = &application.terms;
    let mut fields: Vec<_> = application.sealed.keys().copied().collect();
    let mut brought = |field, is_opened: bool, is_plain: bool| {
        if is_opened && !is_plain && !fields.contains(&field) {
            fields.push(field);
        }
    };
    if let Some(opened) = opened {
        brought(SealedField::SectionNo, opened.section_no.is_some(), terms.section_no.is_some());
        brought(SealedField::SectionName, opened.section_name.is_some(), terms.section_name.is_some());
        let (is_opened, is_plain) = (opened.beneficiary_name.is_some(), terms.beneficiary_name.is_some());
        brought(SealedField::BeneficiaryName, is_opened, is_plain);
        let (is_opened, is_plain) = (opened.beneficiary_code.is_some(), terms.beneficiary_code.is_some());
        brought(SealedField::BeneficiaryCode, is_opened, is_plain);
        brought(SealedField::ApplicantName, opened.applicant_name.is_some(), terms.applicant_name.is_some());
        brought(SealedField::ApplicantCode, opened.applicant_code.is_some(), terms.applicant_code.is_some());
        brought(SealedField::Amount, opened.amount.is_some(), terms.amount.is_some());
    }
    fields.sort_unstable();
    fields
}
