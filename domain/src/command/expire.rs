use chrono::{DateTime, Utc};

use super::{Decision, in_force};
use crate::event::{Cancelled, CancelledCause};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};

/// The clock ends a guarantee whose last day is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Expire {
    /// Now.
    pub at: DateTime<Utc>,
}

impl Expire {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if matches!(guarantee.life, Life::Cancelled { .. }) {
            return Ok(Decision::Repeat);
        }
        let in_force = in_force(guarantee)?;
        if !in_force.is_past_validity(self.at) {
            return Err(Refusal::StillValid);
        }
        if in_force.has_unpaid_claim() {
            return Err(Refusal::UnpaidClaim);
        }
        Ok(Decision::one(Cancelled { cause: CancelledCause::Expired, cancelled_at: self.at }))
    }
}
