use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::Declined;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};

/// The office or automatic underwriting declines an application.
#[derive(Debug, Clone, PartialEq)]
pub struct Decline {
    /// Why.
    pub reason: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Decline {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        match &guarantee.life {
            Life::Applied(_) => Ok(Decision::one(Declined { reason: self.reason, declined_at: self.at })),
            Life::Declined { reason, .. } if *reason == self.reason => Ok(Decision::Repeat),
            Life::Declined { .. } => Err(Refusal::AlreadyDeclined),
            Life::Withdrawn { .. } => Err(Refusal::AlreadyWithdrawn),
            Life::Unknown => Err(Refusal::UnknownApplication),
            Life::InForce(_) | Life::Quit { .. } | Life::Cancelled { .. } => Err(Refusal::AlreadyIssued),
        }
    }
}
