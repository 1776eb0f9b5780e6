use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::{Withdrawn, WithdrawnCause};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};

/// The application is given up: by the applicant, the platform, or since nobody paid in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdraw {
    /// Who gives it up.
    pub cause: WithdrawnCause,
    /// Why, where somebody says so.
    pub reason: Option<String>,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Withdraw {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        match &guarantee.life {
            // The clock may come too late: what is paid meanwhile is not unpaid.
            Life::Applied(pending) if self.cause == WithdrawnCause::Unpaid && pending.premium.is_some() => {
                Err(Refusal::PremiumIsPaid)
            }
            Life::Applied(_) => {
                Ok(Decision::one(Withdrawn { cause: self.cause, reason: self.reason, withdrawn_at: self.at }))
            }
            Life::Withdrawn { cause, reason, .. } if *cause == self.cause && *reason == self.reason => {
                Ok(Decision::Repeat)
            }
            Life::Withdrawn { .. } => Err(Refusal::AlreadyWithdrawn),
            Life::Declined { .. } => Err(Refusal::AlreadyDeclined),
            Life::Unknown => Err(Refusal::UnknownApplication),
            Life::InForce(_) | Life::Quit { .. } | Life::Cancelled { .. } => Err(Refusal::AlreadyIssued),
        }
    }
}
