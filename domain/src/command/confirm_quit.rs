use chrono::{DateTime, Utc};

use super::{Decision, in_force, request_quit::open_request};
use crate::event::Quit;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life};

/// The office or a worker agrees to take the guarantee back.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfirmQuit {
    /// Now.
    pub at: DateTime<Utc>,
}

impl ConfirmQuit {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if matches!(guarantee.life, Life::Quit { .. }) {
            return Ok(Decision::Repeat);
        }
        let in_force = in_force(guarantee)?;
        open_request(in_force, self.at)?;
        // A claim that came after the request has taken hold of the guarantee.
        if !in_force.claims.is_empty() {
            return Err(Refusal::AlreadyClaimed);
        }
        Ok(Decision::one(Quit { quit_at: self.at }))
    }
}
