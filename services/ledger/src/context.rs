use baohan_domain::Guarantee;
use baohan_log::{IdempotencyRecord, JournalEntry, StoredEvent};
use serde::Serialize;
use uuid::Uuid;

use crate::error::Error;

/// Who asks, and what belongs to the asking.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who asks, as the audit trail shows it: `platform:KEY`, a token's name, `worker:NAME`.
    pub actor: String,
    /// Ties together what one call from outside brought about.
    pub correlation_id: Uuid,
    /// The event that this follows from.
    pub causation_id: Option<Uuid>,
    /// The trace, where one is running.
    pub trace_id: Option<String>,
    /// The call's entry in the journal, written in the same transaction as the events. Where no events come of it
    /// (a repeat, a refusal, a dry run) it is not written: whoever asks records it with the outcome that he saw.
    pub journal: Option<JournalEntry>,
    /// The idempotency key under which a core system asks, kept in the same transaction.
    pub idempotency: Option<IdempotencyRecord>,
    /// Decide, and store nothing.
    pub dry_run: bool,
}

impl Context {
    /// Somebody asks, with nothing beside it.
    #[must_use]
    pub fn of(actor: impl Into<String>, correlation_id: Uuid) -> Self {
        Self {
            actor: actor.into(),
            correlation_id,
            causation_id: None,
            trace_id: None,
            journal: None,
            idempotency: None,
            dry_run: false,
        }
    }

    /// What goes into an event's metadata: a flat object of texts, keys in a fixed order.
    pub(crate) fn metadata(&self) -> Result<String, Error> {
        let metadata = Metadata {
            actor: &self.actor,
            causation_id: self.causation_id,
            correlation_id: self.correlation_id,
            journal_id: self.journal.as_ref().map(|entry| entry.id),
            raw_sm3: self.journal.as_ref().map(|entry| entry.body_sm3.as_str()),
            trace_id: self.trace_id.as_deref(),
        };
        serde_json::to_string(&metadata).map_err(Error::Unwritable)
    }
}

/// What an event's metadata says, in the order in which it says it.
#[derive(Serialize)]
struct Metadata<'a> {
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    causation_id: Option<Uuid>,
    correlation_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_sm3: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
}

/// What came of a command that was not refused.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Something happened, and is durable (but for a dry run, in which `stored` is empty).
    Changed {
        /// The guarantee after it.
        guarantee: Guarantee,
        /// How many events it has now.
        version: u64,
        /// What was stored.
        stored: Vec<StoredEvent>,
    },
    /// The same was asked before.
    Repeat {
        /// The guarantee as it is.
        guarantee: Guarantee,
        /// How many events it has.
        version: u64,
        /// Its newest record.
        newest: Option<StoredEvent>,
    },
}

impl Outcome {
    /// The guarantee after the command.
    #[must_use]
    pub fn guarantee(&self) -> &Guarantee {
        match self {
            Self::Changed { guarantee, .. } | Self::Repeat { guarantee, .. } => guarantee,
        }
    }

    /// How many events the guarantee has.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::Changed { version, .. } | Self::Repeat { version, .. } => *version,
        }
    }

    /// The guarantee's newest record, where one is stored.
    #[must_use]
    pub fn newest(&self) -> Option<&StoredEvent> {
        match self {
            Self::Changed { stored, .. } => stored.last(),
            Self::Repeat { newest, .. } => newest.as_ref(),
        }
    }

    /// Whether something happened.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self, Self::Changed { .. })
    }
}
