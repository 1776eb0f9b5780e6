//! A guarantee as it is now: an enum whose states carry what they know.

mod claims;
mod in_force;
mod invoicing;
mod opening;
mod outcome;
mod pending;
mod quitting;
mod trail;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::event::{CancelledCause, WithdrawnCause};

pub use claims::{Claim, ClaimState};
pub use in_force::InForce;
pub use invoicing::{Invoice, Invoicing};
pub use opening::{Key, Opening};
pub use outcome::{ClaimOutcome, End, InvoiceOutcome, QuitOutcome};
pub use pending::{Application, Pending, Premium};
pub use quitting::{QuitRequest, Quitting};
pub use trail::{NoticeOutcome, Remark, Trail};

/// The aggregate: its life, and what is written beside it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Guarantee {
    /// Where it stands.
    pub life: Life,
    /// Remarks and the outcomes of notices.
    pub trail: Trail,
}

/// Where a guarantee stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "life", rename_all = "snake_case")]
pub enum Life {
    /// Nobody has asked for it.
    #[default]
    Unknown,
    /// Asked for, not decided.
    Applied(Pending),
    /// Declined.
    Declined {
        /// What was asked for.
        pending: Pending,
        /// Why it was declined.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Given up before an issue.
    Withdrawn {
        /// What was asked for.
        pending: Pending,
        /// Who gave it up.
        cause: WithdrawnCause,
        /// Why, where somebody said so.
        reason: Option<String>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Issued and in force.
    InForce(Box<InForce>),
    /// Taken back.
    Quit {
        /// As it was.
        was: Box<InForce>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Ended.
    Cancelled {
        /// As it is, since invoices go on.
        was: Box<InForce>,
        /// Why.
        cause: CancelledCause,
        /// When.
        at: DateTime<Utc>,
    },
}

/// The state's name to the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Asked for, not decided.
    Applied,
    /// Declined.
    Declined,
    /// Given up before an issue.
    Withdrawn,
    /// In force, the plain document not made.
    Issued,
    /// In force, the plain document made.
    Restored,
    /// Taken back.
    Quit,
    /// Ended.
    Cancelled,
}

impl Status {
    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Issued => "issued",
            Self::Restored => "restored",
            Self::Quit => "quit",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Guarantee {
    /// The state's name, if the guarantee is known at all.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        Some(match &self.life {
            Life::Unknown => return None,
            Life::Applied(_) => Status::Applied,
            Life::Declined { .. } => Status::Declined,
            Life::Withdrawn { .. } => Status::Withdrawn,
            Life::InForce(in_force) if in_force.opening.is_restored() => Status::Restored,
            Life::InForce(_) => Status::Issued,
            Life::Quit { .. } => Status::Quit,
            Life::Cancelled { .. } => Status::Cancelled,
        })
    }

    /// What was asked for, if the guarantee is known at all.
    #[must_use]
    pub fn application(&self) -> Option<&Application> {
        match &self.life {
            Life::Unknown => None,
            Life::Applied(pending) | Life::Declined { pending, .. } | Life::Withdrawn { pending, .. } => {
                Some(&pending.application)
            }
            Life::InForce(was) | Life::Quit { was, .. } | Life::Cancelled { was, .. } => {
                Some(&was.application)
            }
        }
    }

    /// The premium on record, if any.
    #[must_use]
    pub fn premium(&self) -> Option<&Premium> {
        match &self.life {
            Life::Unknown => None,
            Life::Applied(pending) | Life::Declined { pending, .. } | Life::Withdrawn { pending, .. } => {
                pending.premium.as_ref()
            }
            Life::InForce(was) | Life::Quit { was, .. } | Life::Cancelled { was, .. } => Some(&was.premium),
        }
    }

    /// What was issued, in force or ended, if anything was.
    #[must_use]
    pub fn issued(&self) -> Option<&InForce> {
        match &self.life {
            Life::InForce(was) | Life::Quit { was, .. } | Life::Cancelled { was, .. } => Some(was),
            Life::Unknown | Life::Applied(_) | Life::Declined { .. } | Life::Withdrawn { .. } => None,
        }
    }
}
