use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::terms::{DocumentRef, SealMode, Terms};

/// See [`super::Event::RestoreRequested`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RestoreRequested {
    /// When the bids are opened, as the platform says.
    pub opening_at: DateTime<Utc>,
    /// What the sealed values say.
    pub opened: Terms,
    /// How they were opened.
    pub mode: SealMode,
    /// The plain document waits for the opening.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// When the key came.
    pub requested_at: DateTime<Utc>,
}

/// See [`super::Event::Restored`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Restored {
    /// The plain document.
    pub document: DocumentRef,
    /// When it was made.
    pub restored_at: DateTime<Utc>,
}

/// See [`super::Event::OpeningMoved`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpeningMoved {
    /// The new time of the opening.
    pub opening_at: DateTime<Utc>,
    /// The time until now.
    pub previous_opening_at: DateTime<Utc>,
    /// The validity now ends before the opening, or on its day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub validity_too_short: bool,
    /// When the platform said so.
    pub moved_at: DateTime<Utc>,
}
