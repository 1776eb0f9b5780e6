use chrono::{DateTime, Utc};

use super::{Decision, in_force};
use crate::event::Restored;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Opening};
use crate::terms::{DocumentRef, Form};

/// The renderer has made the plain document.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRestored {
    /// The plain document, which lies in the store already.
    pub document: DocumentRef,
    /// Now.
    pub at: DateTime<Utc>,
}

impl RecordRestored {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        let in_force = in_force(guarantee)?;
        match &in_force.opening {
            Opening::Waiting => Err(Refusal::NotOpened),
            Opening::Restored { .. } => Ok(Decision::Repeat),
            Opening::Requested(key) if key.held && key.opening_at > self.at => Err(Refusal::NotOpened),
            Opening::Requested(_) if self.document.form != Form::Plain => Err(Refusal::WrongForm),
            Opening::Requested(_) => {
                Ok(Decision::one(Restored { document: self.document, restored_at: self.at }))
            }
        }
    }
}
