use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::Error;
use crate::store::{Store, each};

/// Where time comes from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The shards of a new PostgreSQL store, unless asked otherwise: as many can be written side by side, and be read by a process each.
pub const SHARDS_DEFAULT: u16 = 8;
/// The most shards that a store can have: each is a tree of tables, and a partition on the broker.
pub const SHARDS_MAX: u16 = 256;
/// The connections of one process to PostgreSQL, unless asked otherwise: some that write, some that load, the rest for all else.
pub const CONNECTIONS_DEFAULT: u32 = 12;

/// Positions of one partition: a table of some ten gigabytes, which can be vacuumed, moved and dumped in minutes, and so few of them that
/// planning over all is nothing.
const PARTITION_SIZE: u64 = 10_000_000;

/// What keeps the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// A file, written by one process.
    Sqlite,
    /// A server, written by many.
    Postgres,
}

/// Which store is opened, and how.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH` of a file, whose folder is made where it is missing, or `postgres://…` of a database.
    pub url: String,
    /// Reading alone: nothing is made, migrated or written, and another process may write meanwhile.
    pub read_only: bool,
    /// The clock of `recorded_at`.
    pub now: Now,
    /// How many shards a new PostgreSQL store gets; a store that is there keeps its own, and SQLite has one.
    pub shards: u16,
    /// Connections to PostgreSQL at most.
    pub connections: u32,
    /// How many positions a partition of a new PostgreSQL store takes; small for tests alone.
    pub partition_size: u64,
}

impl Options {
    /// Opens for writing.
    #[must_use]
    pub fn new(url: impl Into<String>, now: Now) -> Self {
        Self {
            url: url.into(),
            read_only: false,
            now,
            shards: SHARDS_DEFAULT,
            connections: CONNECTIONS_DEFAULT,
            partition_size: PARTITION_SIZE,
        }
    }

    /// Opens for reading alone.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// With so many shards, where the store is new and on PostgreSQL.
    #[must_use]
    pub fn with_shards(self, shards: u16) -> Self {
        Self { shards, ..self }
    }

    /// With so many connections to PostgreSQL at most.
    #[must_use]
    pub fn with_connections(self, connections: u32) -> Self {
        Self { connections, ..self }
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

    /// What keeps the records.
    #[must_use]
    pub fn store_kind(&self) -> StoreKind {
        match self.store() {
            Store::Sqlite(_) => StoreKind::Sqlite,
            Store::Postgres(_) => StoreKind::Postgres,
        }
    }

    /// How many shards there are; fixed when the store was made.
    #[must_use]
    pub fn shards(&self) -> u16 {
        each!(self.store(), store => store.shards())
    }

    /// The store's incarnation: a random id, renewed when it goes on from a backup or from a promoted replica.
    #[must_use]
    pub fn incarnation(&self) -> Uuid {
        each!(self.store(), store => store.incarnation())
    }

    /// Gives the store a new incarnation, under which all later events are written; to be asked after a restore from a backup.
    pub async fn renew_incarnation(&self) -> Result<Uuid, Error> {
        each!(self.store(), store => store.renew_incarnation().await)
    }

    /// The newest durable position of a shard; 0: it is empty, or there is no such shard. Where the log is open for reading
    /// alone it may be a quarter of a second old.
    #[must_use]
    pub fn head(&self, shard: u16) -> u64 {
        each!(self.store(), store => store.head(shard))
    }

    /// The newest durable position of each shard, asked of the store now, so that what other processes wrote counts too.
    pub async fn heads(&self) -> Result<Vec<u64>, Error> {
        each!(self.store(), store => store.heads().await)
    }

    /// Wakes after each commit that added events. The value is the number of events in all shards; the positions are in
    /// [`Log::head`].
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        each!(self.store(), store => store.watch())
    }

    /// Whether it was opened for reading alone.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        each!(self.store(), store => store.is_read_only())
    }

    /// Whether the store answers: reads one row.
    pub async fn ping(&self) -> Result<(), Error> {
        each!(self.store(), store => store.ping().await)
    }

    /// Finishes what was asked before, and closes. What is asked later gets [`Error::Closed`].
    pub async fn close(&self) {
        each!(self.store(), store => store.close().await);
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}
