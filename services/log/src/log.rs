use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::Error;
use crate::sqlite::Store;

/// Where time comes from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Which store is opened, and how.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH` of a file; its folder is made where it is missing.
    pub url: String,
    /// Reading alone: nothing is made, migrated or written, and another process may write meanwhile.
    pub read_only: bool,
    /// The clock of `recorded_at`.
    pub now: Now,
}

impl Options {
    /// Opens for writing.
    #[must_use]
    pub fn new(url: impl Into<String>, now: Now) -> Self {
        Self { url: url.into(), read_only: false, now }
    }

    /// Opens for reading alone.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }
}

/// The log. Cheap to clone; all clones are one store. Its methods stand with their nouns.
#[derive(Clone)]
pub struct Log {
    store: Store,
}

impl Log {
    /// Opens the store, makes or migrates its tables, and starts what writes to it.
    ///
    /// # Errors
    /// When it is out of reach, made by a later program, no ledger, or written to by another process.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        Ok(Self { store: Store::open(options).await? })
    }

    /// How many shards there are; fixed when the store was made.
    #[must_use]
    pub fn shards(&self) -> u16 {
        self.store.shards()
    }

    /// The store's incarnation: a random id, renewed when it goes on from a backup.
    #[must_use]
    pub fn incarnation(&self) -> Uuid {
        self.store.incarnation()
    }

    /// The newest durable position of a shard; 0: it is empty, or there is no such shard. Where the log is open for reading
    /// alone it may be a quarter of a second old.
    #[must_use]
    pub fn head(&self, shard: u16) -> u64 {
        self.store.head(shard)
    }

    /// Wakes after each commit that added events. The value is the number of events in all shards; the positions are in
    /// [`Log::head`].
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.store.watch()
    }

    /// Whether it was opened for reading alone.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.store.is_read_only()
    }

    /// Whether the store answers: reads one row.
    pub async fn ping(&self) -> Result<(), Error> {
        self.store.ping().await
    }

    /// Finishes what was asked before, and closes. What is asked later gets [`Error::Closed`].
    pub async fn close(&self) {
        self.store.close().await;
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}
