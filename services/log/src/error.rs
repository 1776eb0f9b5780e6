use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why the store did not do it. Nothing of what was asked is stored ([`Outage::Unknown`] alone cannot promise it). Cloned, since one failed transaction fails all commands in it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Not now: the disk is full, the database locked or out of reach. The same can be asked again.
    #[error("the store is not available: {outage}")]
    Unavailable {
        /// What is the matter.
        outage: Outage,
        /// What the database said.
        #[source]
        source: Arc<sqlx::Error>,
    },
    /// The log was opened for reading alone.
    #[error("the store is open for reading alone")]
    ReadOnly,
    /// The log was closed.
    #[error("the store is closed")]
    Closed,
    /// Another process writes to this ledger.
    #[error("another process writes to {path}; two never write to one ledger")]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The database was made by a later version of the program.
    #[error("the store has version {found}, this program knows versions up to {known}")]
    TooNew {
        /// The store's.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// The database lacks changes that only a writer makes.
    #[error(
        "the store has version {found}, and reading alone needs version {known}: open it once for writing"
    )]
    TooOld {
        /// The store's.
        found: u32,
        /// What this program needs.
        known: u32,
    },
    /// The file holds something else.
    #[error("{path} is a database, but no ledger")]
    NotALedger {
        /// The database file, or the database's name.
        path: PathBuf,
    },
    /// The store is to be filled from elsewhere, and holds something already.
    #[error("the store is not empty: there are {table}")]
    NotEmpty {
        /// The first table that holds something.
        table: &'static str,
    },
    /// The address of the store is none that can be opened.
    #[error("{url:?} names no store; expected sqlite:PATH of a file, or postgres://… of a database")]
    Url {
        /// What was configured; of a server's address only its kind, since it may hold a password.
        url: String,
    },
    /// The caller asked for what makes no sense.
    #[error("asked for what cannot be stored: {0}")]
    Invalid(&'static str),
    /// The database refused it for its own sake, such as an id that is there already.
    #[error("the store refused the record")]
    Rejected(#[source] Arc<sqlx::Error>),
    /// A stored value cannot be read as what it should be.
    #[error("the store holds a value that cannot be read: {0}")]
    Damaged(String),
    /// The file system refused.
    #[error("cannot use {path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
}

/// What kind of trouble makes a store unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// No room is left.
    Full,
    /// Somebody else holds the database.
    Locked,
    /// The database cannot be read or written.
    Broken,
    /// The connection broke before the answer came, and the server has not come back to be asked: it may be stored or not.
    Unknown,
}

impl std::fmt::Display for Outage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Full => "no room is left",
            Self::Locked => "somebody else holds the database",
            Self::Broken => "the database cannot be read or written",
            Self::Unknown => "the answer got lost, and whether it is stored cannot be found out now",
        })
    }
}

/// Why an append did not happen. Nothing of it is stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// The aggregate has moved on since it was loaded.
    #[error("the aggregate has {actual} events")]
    Conflict {
        /// How many events it has.
        actual: u64,
    },
    /// The guarantee number belongs to another aggregate.
    #[error("the guarantee number is in use")]
    NumberInUse,
    /// The idempotency key was used for something else.
    #[error("the idempotency key is in use")]
    IdempotencyKeyInUse,
    /// The store's trouble.
    #[error(transparent)]
    Store(#[from] Error),
}
