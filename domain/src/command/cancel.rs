use chrono::{DateTime, Utc};

use super::{Decision, in_force, same_number};
use crate::event::{Cancelled, CancelledCause};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};

/// canclenotice: the tender agent ends the guarantee. One that has ended by itself is ended all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancel {
    /// Our number, as the platform says it.
    pub guarantee_no: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Cancel {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if let Life::Cancelled { was, .. } = &guarantee.life {
            same_number(was, &self.guarantee_no)?;
            return Ok(Decision::Repeat);
        }
        let in_force = in_force(guarantee)?;
        same_number(in_force, &self.guarantee_no)?;
        if in_force.has_unpaid_claim() {
            return Err(Refusal::UnpaidClaim);
        }
        Ok(Decision::one(Cancelled { cause: CancelledCause::Requested, cancelled_at: self.at }))
    }
}
