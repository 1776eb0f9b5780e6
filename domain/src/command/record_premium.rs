use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::PremiumPaid;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life, Premium};

/// The office or a core system records the premium's payment.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPremium {
    /// In whose name the paying account is.
    pub payer_name: String,
    /// The paying account.
    pub payer_account: String,
    /// What was paid.
    pub amount: Money,
    /// When it was paid; absent: now.
    pub paid_at: Option<DateTime<Utc>>,
    /// The bank's or the core system's reference.
    pub reference: Option<String>,
    /// Now.
    pub at: DateTime<Utc>,
}

impl RecordPremium {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if let Some(premium) = guarantee.premium() {
            return if self.says_the_same_as(premium) {
                Ok(Decision::Repeat)
            } else {
                Err(Refusal::PremiumDiffers)
            };
        }
        match &guarantee.life {
            Life::Applied(_) => Ok(Decision::one(PremiumPaid {
                payer_name: self.payer_name,
                payer_account: self.payer_account,
                amount: self.amount,
                paid_at: self.paid_at.unwrap_or(self.at),
                reference: self.reference,
            })),
            Life::Declined { .. } => Err(Refusal::AlreadyDeclined),
            Life::Withdrawn { .. } => Err(Refusal::AlreadyWithdrawn),
            // Whatever was issued has a premium, so these are not reached.
            Life::Unknown | Life::InForce(_) | Life::Quit { .. } | Life::Cancelled { .. } => {
                Err(Refusal::UnknownApplication)
            }
        }
    }

    /// Amount and payer decide: a core system that retries may stamp another time or reference.
    fn says_the_same_as(&self, premium: &Premium) -> bool {
        self.payer_name == premium.payer_name
            && self.payer_account == premium.payer_account
            && self.amount == premium.amount
    }
}
