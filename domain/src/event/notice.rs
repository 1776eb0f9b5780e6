use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a notice tells a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// The guarantee was issued.
    Issued,
    /// The application was declined.
    Declined,
    /// The application was withdrawn (platforms that want to hear it).
    Withdrawn,
    /// The plain document is there.
    Restored,
    /// The invoice was issued.
    Invoiced,
    /// The invoice was declined.
    InvoiceDeclined,
    /// The guarantee was taken back.
    Quit,
    /// Taking it back was refused (platforms that want to hear it).
    QuitRefused,
}

/// See [`super::Event::NoticeAcknowledged`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeAcknowledged {
    /// The notice: the id of the event that it tells.
    pub notice: Uuid,
    /// What it tells.
    pub notice_kind: NoticeKind,
    /// How often it was sent.
    pub attempts: u32,
    /// The platform said that it had it already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub had_already: bool,
    /// When the platform took it.
    pub acknowledged_at: DateTime<Utc>,
}

/// See [`super::Event::NoticeAbandoned`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeAbandoned {
    /// The notice: the id of the event that it tells.
    pub notice: Uuid,
    /// What it tells.
    pub notice_kind: NoticeKind,
    /// How often it was sent.
    pub attempts: u32,
    /// Why it was given up.
    pub reason: String,
    /// When.
    pub abandoned_at: DateTime<Utc>,
}

/// See [`super::Event::NoticeSkipped`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeSkipped {
    /// The notice: the id of the event that it tells.
    pub notice: Uuid,
    /// What it tells.
    pub notice_kind: NoticeKind,
    /// Why it is not sent.
    pub reason: String,
    /// When.
    pub skipped_at: DateTime<Utc>,
}
