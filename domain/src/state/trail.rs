use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is written beside a guarantee's life.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trail {
    /// Remarks in order.
    pub remarks: Vec<Remark>,
    /// What became of the notices, by the event that they tell.
    pub notices: BTreeMap<Uuid, NoticeOutcome>,
}

/// A remark for the audit trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// The text.
    pub text: String,
    /// Under which a repeat is known.
    pub idempotency_key: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOutcome {
    /// The platform took it.
    Acknowledged,
    /// It was given up; an operator may send it again.
    Abandoned,
    /// It was not sent, on purpose.
    Skipped,
}
