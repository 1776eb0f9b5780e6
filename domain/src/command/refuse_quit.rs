use chrono::{DateTime, Utc};

use super::{Decision, in_force};
use crate::event::QuitRefused;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Quitting};

/// The office refuses to take the guarantee back.
#[derive(Debug, Clone, PartialEq)]
pub struct RefuseQuit {
    /// Why.
    pub reason: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl RefuseQuit {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        match &in_force(guarantee)?.quitting {
            // A void request may still be refused: that closes it for the record.
            Quitting::Open(_) => Ok(Decision::one(QuitRefused { reason: self.reason, refused_at: self.at })),
            Quitting::Refused { reason, .. } if *reason == self.reason => Ok(Decision::Repeat),
            Quitting::None | Quitting::Refused { .. } => Err(Refusal::NoQuitOpen),
        }
    }
}
