use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::{PremiumCorrected, PremiumPaid};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life, Premium};

/// The office puts the record of the premium right, before the issue.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectPremium {
    /// In whose name the paying account is.
    pub payer_name: String,
    /// The paying account.
    pub payer_account: String,
    /// What was paid.
    pub amount: Money,
    /// When it was paid; absent: as recorded.
    pub paid_at: Option<DateTime<Utc>>,
    /// The reference; absent: as recorded.
    pub reference: Option<String>,
    /// Why it is put right.
    pub reason: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl CorrectPremium {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        // What stands as it is asked for is told first: the correction's answer may have been lost while
        // automatic underwriting went on to issue.
        if guarantee.premium().is_some_and(|recorded| self.premium(recorded) == *recorded) {
            return Ok(Decision::Repeat);
        }
        let pending = match &guarantee.life {
            Life::Applied(pending) => pending,
            Life::Unknown => return Err(Refusal::UnknownApplication),
            Life::Declined { .. } => return Err(Refusal::AlreadyDeclined),
            Life::Withdrawn { .. } => return Err(Refusal::AlreadyWithdrawn),
            // The figure is out in the world.
            Life::InForce(_) | Life::Quit { .. } | Life::Cancelled { .. } => {
                return Err(Refusal::AlreadyIssued);
            }
        };
        let Some(recorded) = &pending.premium else { return Err(Refusal::PremiumNotRecorded) };
        let Premium { payer_name, payer_account, amount, paid_at, reference } = self.premium(recorded);
        let premium = PremiumPaid { payer_name, payer_account, amount, paid_at, reference };
        Ok(Decision::one(PremiumCorrected { premium, reason: self.reason, corrected_at: self.at }))
    }

    /// The premium as it should stand, where `recorded` stands now.
    fn premium(&self, recorded: &Premium) -> Premium {
        Premium {
            payer_name: self.payer_name.clone(),
            payer_account: self.payer_account.clone(),
            amount: self.amount,
            paid_at: self.paid_at.unwrap_or(recorded.paid_at),
            reference: self.reference.clone().or_else(|| recorded.reference.clone()),
        }
    }
}
