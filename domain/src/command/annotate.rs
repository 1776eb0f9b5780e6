use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::Annotated;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};

/// A remark for the audit trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotate {
    /// The remark.
    pub text: String,
    /// Under which a repeat is known.
    pub idempotency_key: Option<String>,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Annotate {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if matches!(guarantee.life, Life::Unknown) {
            return Err(Refusal::UnknownApplication);
        }
        if self.text.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        if let Some(key) = &self.idempotency_key {
            let earlier =
                guarantee.trail.remarks.iter().find(|remark| remark.idempotency_key.as_ref() == Some(key));
            if let Some(earlier) = earlier {
                let same = earlier.text == self.text;
                return if same { Ok(Decision::Repeat) } else { Err(Refusal::OtherContent) };
            }
        }
        Ok(Decision::one(Annotated {
            text: self.text,
            idempotency_key: self.idempotency_key,
            annotated_at: self.at,
        }))
    }
}
