use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::Applied;
use crate::numbers::ApplicationNo;
use crate::personal::{Fingerprint, PersonalData};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};
use crate::terms::{SealedValues, Terms};

/// baohanapply: a platform asks for a guarantee.
#[derive(Debug, Clone, PartialEq)]
pub struct Apply {
    /// The platform's key.
    pub platform: String,
    /// The centre behind it.
    pub platform_code: Option<String>,
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// What came in the clear.
    pub terms: Terms,
    /// What came sealed.
    pub sealed: SealedValues,
    /// Fields beyond the specification.
    pub extra: BTreeMap<String, String>,
    /// Personal data.
    pub personal: PersonalData,
    /// Of the call's business content.
    pub content: Fingerprint,
    /// When it came.
    pub at: DateTime<Utc>,
}

impl Apply {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if let Some(application) = guarantee.application() {
            let same = application.content == self.content;
            return if same { Ok(Decision::Repeat) } else { Err(Refusal::OtherContent) };
        }
        debug_assert!(
            matches!(guarantee.life, Life::Unknown),
            "only an unknown guarantee has no application"
        );
        Ok(Decision::one(Applied {
            platform: self.platform,
            platform_code: self.platform_code,
            application_no: self.application_no,
            terms: self.terms,
            sealed: self.sealed,
            extra: self.extra,
            personal: self.personal,
            content: self.content,
            applied_at: self.at,
        }))
    }
}
