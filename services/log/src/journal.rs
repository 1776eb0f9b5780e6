use bytes::Bytes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// An entry's id; `UUIDv7`, given by the caller, so that events can name it before it is stored.
pub type JournalId = Uuid;

/// The outcome of a call that brought events. Most entries have it, so the tables index the others.
pub const ACCEPTED: &str = "accepted";

/// Most entries on one page.
pub const JOURNAL_PAGE_MAX: usize = 500;

/// A call as it came in, and what became of it. Stored as given: what is personal in the body or in the texts is sealed before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalEntry {
    /// The entry's id.
    pub id: JournalId,
    /// When the call came.
    pub received_at: DateTime<Utc>,
    /// Whose call: the platform's appkey.
    pub platform: Option<String>,
    /// The interface that was called, as it was written in the path.
    pub interface: String,
    /// The application number, where one could be read.
    pub application_no: Option<String>,
    /// The aggregate, where it is known.
    pub aggregate_id: Option<Uuid>,
    /// What became of it: [`ACCEPTED`], `repeat`, `refused`, `query`, or a fault's code.
    pub outcome: String,
    /// The protocol's code in the answer.
    pub code: Option<String>,
    /// The message in the answer.
    pub message: Option<String>,
    /// What would have been right, as JSON.
    pub diagnosis: Option<String>,
    /// What was unusual, as JSON.
    pub marks: Option<String>,
    /// The message, as it is to be kept; absent: there was none, or it was erased.
    pub body: Option<Bytes>,
    /// SM3 of the raw message, hexadecimal; it outlives the body. Empty: there was no message.
    pub body_sm3: String,
    /// How long the call took, in microseconds.
    pub duration_us: u64,
    /// From where it came: address and port.
    pub remote: Option<String>,
    /// Ties together what one call brought about.
    pub correlation_id: Option<Uuid>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// Its number, from 1 in the order of storing; the cursor of pages.
    pub number: u64,
    /// The entry; on a page without its body.
    pub entry: JournalEntry,
    /// How long the stored body is in bytes; absent: there was none, or it was erased.
    pub body_bytes: Option<u64>,
}

/// Which entries are asked for; absent: any.
#[derive(Debug, Clone, Default)]
pub struct JournalFilter {
    /// The platform's appkey.
    pub platform: Option<String>,
    /// The interface.
    pub interface: Option<String>,
    /// The outcome.
    pub outcome: Option<String>,
    /// The application number.
    pub application_no: Option<String>,
    /// Only entries with a smaller number: the last page's `next`.
    pub before: Option<u64>,
    /// At most so many, and [`JOURNAL_PAGE_MAX`]; 0: that many.
    pub limit: usize,
}

/// A page of entries, newest first.
#[derive(Debug, Clone, Default)]
pub struct JournalPage {
    /// The entries.
    pub records: Vec<JournalRecord>,
    /// Where the next page begins; absent: there is none.
    pub next: Option<u64>,
}

impl Log {
    /// Keeps a call that brought no event (refused, repeated, a query) and answers once it is durable.
    pub async fn record(&self, entry: JournalEntry) -> Result<JournalId, Error> {
        each!(self.store(), store => store.record(entry).await)
    }

    /// A page of the journal, newest first, without bodies.
    pub async fn journal(&self, filter: &JournalFilter) -> Result<JournalPage, Error> {
        let limit = match filter.limit {
            0 => JOURNAL_PAGE_MAX,
            limit => limit.min(JOURNAL_PAGE_MAX),
        };
        each!(self.store(), store => store.journal(filter, limit).await)
    }

    /// One entry with its body.
    pub async fn journal_entry(&self, id: JournalId) -> Result<Option<JournalRecord>, Error> {
        each!(self.store(), store => store.journal_entry(id).await)
    }
}
