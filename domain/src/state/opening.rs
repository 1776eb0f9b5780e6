use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::terms::{DocumentRef, SealMode, Terms};

/// How far the opening of a guarantee is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "opening", rename_all = "snake_case")]
pub enum Opening {
    /// No restore has come.
    Waiting,
    /// The key opened the values; the plain document is still to be made.
    Requested(Key),
    /// The plain document is made.
    Restored {
        /// What the restore brought.
        key: Key,
        /// The plain document.
        document: DocumentRef,
        /// When it was made.
        at: DateTime<Utc>,
    },
}

/// What a restore brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// When the bids are opened.
    pub opening_at: DateTime<Utc>,
    /// What the sealed values say.
    pub opened: Terms,
    /// How they were opened.
    pub mode: SealMode,
    /// The plain document waits for the opening.
    pub held: bool,
    /// When it came.
    pub requested_at: DateTime<Utc>,
}

impl Opening {
    /// What the restore brought, once it came.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Waiting => None,
            Self::Requested(key) | Self::Restored { key, .. } => Some(key),
        }
    }

    /// Whether the plain document is made.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        matches!(self, Self::Restored { .. })
    }

    /// Whether the plain values may be used: a held key opens at the opening's time.
    #[must_use]
    pub fn is_opened(&self, at: DateTime<Utc>) -> bool {
        match self {
            Self::Waiting => false,
            Self::Requested(key) => !key.held || key.opening_at <= at,
            Self::Restored { .. } => true,
        }
    }
}
