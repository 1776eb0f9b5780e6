use chrono::{DateTime, NaiveDate, Utc};

use super::{Decision, in_force};
use crate::event::{CancelledCause, Extended};
use crate::refusal::Refusal;
use crate::state::Guarantee;

/// The office extends the validity.
#[derive(Debug, Clone, PartialEq)]
pub struct Extend {
    /// The new last day in force.
    pub valid_until: NaiveDate,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Extend {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        let in_force = in_force(guarantee)?;
        if self.valid_until == in_force.valid_until {
            return Ok(Decision::Repeat);
        }
        if in_force.is_past_validity(self.at) {
            return Err(Refusal::AlreadyCancelled { cause: CancelledCause::Expired });
        }
        if self.valid_until < in_force.valid_until {
            return Err(Refusal::EarlierDate { valid_until: in_force.valid_until });
        }
        Ok(Decision::one(Extended {
            valid_until: self.valid_until,
            previous_valid_until: in_force.valid_until,
            extended_at: self.at,
        }))
    }
}
