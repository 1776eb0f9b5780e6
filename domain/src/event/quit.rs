use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::personal::Fingerprint;

/// What a platform says of a tender section that does not run its course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SectionStatus {
    /// 流标.
    Failed,
    /// 终止.
    Ended,
    /// 暂停.
    Suspended,
    /// 作废.
    Void,
}

/// The exception for which a quit after the opening may still be agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SectionException {
    /// The section.
    pub section_no: String,
    /// What became of it.
    pub status: SectionStatus,
    /// When the platform told it to us.
    pub known_at: DateTime<Utc>,
}

/// See [`super::Event::QuitRequested`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuitRequested {
    /// Why.
    pub reason: String,
    /// The exception that lets it be asked after the opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<SectionException>,
    /// Tells a repeat from another request.
    pub content: Fingerprint,
    /// When.
    pub requested_at: DateTime<Utc>,
}

/// See [`super::Event::Quit`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quit {
    /// When.
    pub quit_at: DateTime<Utc>,
}

/// See [`super::Event::QuitRefused`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuitRefused {
    /// Why.
    pub reason: String,
    /// When.
    pub refused_at: DateTime<Utc>,
}
