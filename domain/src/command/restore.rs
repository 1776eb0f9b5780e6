use chrono::{DateTime, TimeDelta, Utc};

use super::{Decision, in_force, same_number};
use crate::calendar::china_date;
use crate::event::{OpeningMoved, RestoreRequested};
use crate::refusal::Refusal;
use crate::state::{Guarantee, InForce, Life};
use crate::terms::{SealMode, SealedField, Terms};

/// What a platform's profile says of a key that comes before the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlyRestore {
    /// Taken up to so many hours before the opening.
    Accept {
        /// How long before the opening, in hours.
        hours_max: u32,
    },
    /// The key is taken; the plain document is made and told at the opening.
    Hold,
    /// Refused.
    Refuse,
}

/// baohanrestore: the platform brings the key. What it opened travels inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Restore {
    /// Our number, as the platform says it.
    pub guarantee_no: String,
    /// When the bids are opened.
    pub opening_at: DateTime<Utc>,
    /// What the key opened, or the first field that it did not open.
    pub opened: Result<(Terms, SealMode), SealedField>,
    /// What the profile says of early keys.
    pub early: EarlyRestore,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Restore {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if let Life::Cancelled { was, .. } = &guarantee.life
            && self.was_carried_out(was)
        {
            return Ok(Decision::Repeat);
        }
        let in_force = in_force(guarantee)?;
        same_number(in_force, &self.guarantee_no)?;
        let (opened, mode) = self.opened.map_err(|field| Refusal::KeyDoesNotOpen { field })?;
        if let Some(field) = in_force.application.sealed.keys().find(|field| !opened.knows(**field)) {
            return Err(Refusal::KeyDoesNotOpen { field: *field });
        }
        if let Some(key) = in_force.opening.key() {
            // A right key opens to the same values; it is the values that tell, since an iv may ride along or not.
            return if opened != key.opened {
                Err(Refusal::OtherContent)
            } else if self.opening_at == key.opening_at {
                Ok(Decision::Repeat)
            } else {
                Ok(Decision::one(OpeningMoved {
                    opening_at: self.opening_at,
                    previous_opening_at: key.opening_at,
                    validity_too_short: in_force.valid_until <= china_date(self.opening_at),
                    moved_at: self.at,
                }))
            };
        }
        let ahead = self.opening_at - self.at;
        let held = match self.early {
            _ if ahead <= TimeDelta::zero() => false,
            EarlyRestore::Refuse => return Err(Refusal::OpeningInTheFuture { hours_max: 0 }),
            EarlyRestore::Accept { hours_max } if ahead > TimeDelta::hours(i64::from(hours_max)) => {
                return Err(Refusal::OpeningInTheFuture { hours_max });
            }
            EarlyRestore::Accept { .. } => false,
            EarlyRestore::Hold => true,
        };
        let opening_at = self.opening_at;
        Ok(Decision::one(RestoreRequested { opening_at, opened, mode, held, requested_at: self.at }))
    }

    /// Whether just this restore was taken while the guarantee was in force. After a quit it no longer counts: a platform that
    /// restores all guarantees of a project must not take a yes for a guarantee that stands.
    fn was_carried_out(&self, was: &InForce) -> bool {
        let Ok((opened, _)) = &self.opened else { return false };
        same_number(was, &self.guarantee_no).is_ok()
            && was.opening.key().is_some_and(|key| *opened == key.opened && self.opening_at == key.opening_at)
    }
}
