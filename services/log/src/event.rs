use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::{AppendError, Error};
use crate::idempotency::IdempotencyRecord;
use crate::journal::JournalEntry;
use crate::key::KeyState;
use crate::log::Log;
use crate::store::each;

/// What `aggregate_type` says in every row: the one aggregate of the ledger.
pub const AGGREGATE_TYPE: &str = "guarantee";

/// Most events that one append may bring. A command makes one to three; more would be a fault of the caller.
pub const EVENTS_MAX: usize = 64;

/// Most events that one read gives, so that a reader holds some megabytes at once and not the whole log.
pub const READ_MAX: usize = 10_000;

/// What a command wants to add to one aggregate, all or nothing.
#[derive(Debug, Clone)]
pub struct Append {
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// How many events the aggregate has, as far as the caller knows; 0: it must not exist.
    pub expected_sequence: u64,
    /// What happened, in order; 1 to [`EVENTS_MAX`].
    pub events: Vec<NewEvent>,
    /// The call that brought it.
    pub journal: Option<JournalEntry>,
    /// The aggregate's own key, wrapped; only with the first events (`expected_sequence` 0).
    pub key: Option<Vec<u8>>,
    /// A guarantee number that is claimed with it; unique among all aggregates.
    pub guarantee_no: Option<String>,
    /// The idempotency record that is kept with it.
    pub idempotency: Option<IdempotencyRecord>,
}

/// An event that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The event's own id; `UUIDv7`, so that they sort by time.
    pub id: Uuid,
    /// Its type, as Kafka names it.
    pub event_type: String,
    /// The version of its payload's form.
    pub event_version: String,
    /// The payload, kept byte by byte.
    pub payload: String,
    /// A flat JSON object of texts.
    pub metadata: String,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The event's own id.
    pub id: Uuid,
    /// Whose event it is.
    pub aggregate_id: Uuid,
    /// Its number within the aggregate, from 1.
    pub sequence: u64,
    /// Its type, as Kafka names it.
    pub event_type: String,
    /// The version of its payload's form.
    pub event_version: String,
    /// The payload's exact bytes.
    pub payload: String,
    /// A flat JSON object of texts.
    pub metadata: String,
    /// The shard, from 0.
    pub shard: u16,
    /// Its number within the shard, from 1, without gaps.
    pub position: u64,
    /// When it was stored, in microseconds; never before its predecessor in the shard.
    pub recorded_at: DateTime<Utc>,
    /// The store's incarnation under which it was written.
    pub incarnation: Uuid,
}

/// All events of one aggregate and its key.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The events in order; none: the aggregate does not exist.
    pub events: Vec<StoredEvent>,
    /// Its key.
    pub key: KeyState,
}

impl Log {
    /// Stores what a command brought about, with all that belongs to it, in one transaction, and answers once it is durable.
    /// Concurrent calls share a transaction; a conflict fails its own call alone.
    pub async fn append(&self, append: Append) -> Result<Vec<StoredEvent>, AppendError> {
        if append.events.is_empty() || append.events.len() > EVENTS_MAX {
            return Err(Error::Invalid("an append of no events or of too many").into());
        }
        if append.key.is_some() && append.expected_sequence > 0 {
            return Err(Error::Invalid("a key after the first event").into());
        }
        each!(self.store(), store => store.append(append).await)
    }

    /// All events of an aggregate and its key, in one query.
    pub async fn load(&self, aggregate_id: Uuid) -> Result<Stream, Error> {
        each!(self.store(), store => store.load(aggregate_id).await)
    }

    /// The events of a shard after a position, at most `limit` (and [`READ_MAX`]), in order.
    pub async fn read(&self, shard: u16, after: u64, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        each!(self.store(), store => store.read(shard, after, limit.min(READ_MAX)).await)
    }

    /// One event by its id.
    pub async fn event(&self, id: Uuid) -> Result<Option<StoredEvent>, Error> {
        each!(self.store(), store => store.event(id).await)
    }
}
