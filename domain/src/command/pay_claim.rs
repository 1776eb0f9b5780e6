use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::ClaimPaid;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::state::{Claim, ClaimState, Guarantee, Life};

/// The office or a core system has paid a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct PayClaim {
    /// Which claim.
    pub claim: u32,
    /// What was paid; absent: what is demanded.
    pub amount: Option<Money>,
    /// The payment's reference.
    pub reference: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl PayClaim {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        let claim = claim(guarantee, self.claim)?;
        let amount = self.amount.unwrap_or(claim.amount);
        match &claim.state {
            ClaimState::Open if !amount.is_positive() || amount > claim.amount => {
                Err(Refusal::OverTheClaim { claimed: claim.amount })
            }
            ClaimState::Open => Ok(Decision::one(ClaimPaid {
                claim: self.claim,
                amount,
                reference: self.reference,
                paid_at: self.at,
            })),
            ClaimState::Paid { amount: paid, reference, .. } => {
                let same = *reference == self.reference && self.amount.is_none_or(|amount| amount == *paid);
                if same { Ok(Decision::Repeat) } else { Err(Refusal::ClaimSettled) }
            }
            ClaimState::Refused { .. } => Err(Refusal::ClaimSettled),
        }
    }
}

/// The claim of that number, in whatever life the guarantee is.
pub(super) fn claim(guarantee: &Guarantee, number: u32) -> Result<&Claim, Refusal> {
    let issued = match &guarantee.life {
        Life::InForce(was) | Life::Quit { was, .. } | Life::Cancelled { was, .. } => was,
        Life::Unknown => return Err(Refusal::UnknownApplication),
        Life::Applied(_) | Life::Declined { .. } | Life::Withdrawn { .. } => return Err(Refusal::NotIssued),
    };
    issued.claims.iter().find(|claim| claim.number == number).ok_or(Refusal::NoSuchClaim)
}
