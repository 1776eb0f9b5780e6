use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::event::SectionException;
use crate::personal::Fingerprint;

/// Whether the guarantee is asked back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "quitting", rename_all = "snake_case")]
pub enum Quitting {
    /// Nobody asked.
    None,
    /// Asked for; agreed to where the guarantee's life is `Quit`.
    Open(QuitRequest),
    /// Refused; it may be asked for again.
    Refused {
        /// What was asked.
        request: QuitRequest,
        /// Why it was refused.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
}

/// A quit as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuitRequest {
    /// Why.
    pub reason: String,
    /// The exception that let it be asked after the opening.
    pub exception: Option<SectionException>,
    /// Tells a repeat.
    pub content: Fingerprint,
    /// When.
    pub requested_at: DateTime<Utc>,
}

impl Quitting {
    /// The request that is open, if one is.
    #[must_use]
    pub fn open(&self) -> Option<&QuitRequest> {
        match self {
            Self::Open(request) => Some(request),
            Self::None | Self::Refused { .. } => None,
        }
    }
}
