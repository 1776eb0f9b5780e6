use chrono::{DateTime, Utc};

use super::{Decision, pay_claim::claim};
use crate::event::ClaimRefused;
use crate::refusal::Refusal;
use crate::state::{ClaimState, Guarantee};

/// The office refuses a claim that is not in form; its amount can be claimed again.
#[derive(Debug, Clone, PartialEq)]
pub struct RefuseClaim {
    /// Which claim.
    pub claim: u32,
    /// Why.
    pub reason: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl RefuseClaim {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        match &claim(guarantee, self.claim)?.state {
            ClaimState::Open => Ok(Decision::one(ClaimRefused {
                claim: self.claim,
                reason: self.reason,
                refused_at: self.at,
            })),
            ClaimState::Refused { reason, .. } if *reason == self.reason => Ok(Decision::Repeat),
            ClaimState::Paid { .. } | ClaimState::Refused { .. } => Err(Refusal::ClaimSettled),
        }
    }
}
