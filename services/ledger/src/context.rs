use baohan_domain::Guarantee;
use baohan_log::{IdempotencyRecord, JournalEntry, StoredEvent};
use uuid::Uuid;

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
    pub(crate) fn metadata(&self) -> String {
        let mut fields = serde_json::Map::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value.into());
            }
        };
        put("actor", Some(self.actor.clone()));
        put("correlation_id", Some(self.correlation_id.to_string()));
        put("causation_id", self.causation_id.map(|id| id.to_string()));
        put("trace_id", self.trace_id.clone());
        put("journal_id", self.journal.as_ref().map(|entry| entry.id.to_string()));
        put("raw_sm3", self.journal.as_ref().map(|entry| entry.body_sm3.clone()));
        serde_json::Value::Object(fields).to_string()
    }
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
