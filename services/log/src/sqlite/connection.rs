use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};

use crate::error::Error;

/// How long a statement waits for somebody else's lock, in milliseconds; after it the commands of the moment are refused, well
/// within the patience of whoever called.
const BUSY_MS: u64 = 2_000;
/// How long a reader waits for a connection; a queue that long means that something is stuck.
const ACQUIRE_MS: u64 = 5_000;
/// Connections that read; on the small machines of the embedded default more would only queue for the processor.
const READERS_MAX: u32 = 4;
/// The writer's page cache in KiB: the inner pages of the indexes of millions of aggregates, and the ends of all tables.
const WRITER_CACHE_KIB: u32 = 16_384;
/// A reader's page cache in KiB; what it lacks comes from the system's cache.
const READER_CACHE_KIB: u32 = 2_048;
/// Bytes of a page. An append touches few pages of the indexes at random places and writes each of them whole, so they are small.
const PAGE_BYTES: u32 = 4_096;
/// Pages in the write-ahead log after which a commit moves the rest of them into the database, so that the log begins anew: what the
/// checkpointer left, which is little, and all where it fails.
const CHECKPOINT_PAGES: u32 = 10_000;
/// What is left of the write-ahead log's file after a big transaction, in bytes.
const WAL_BYTES_KEPT: u32 = 64 << 20;

/// Where a store lies.
#[derive(Debug, Clone)]
pub(super) struct Place {
    path: PathBuf,
}

impl Place {
    /// From `sqlite:PATH` or `sqlite://PATH`.
    pub(super) fn of(url: &str) -> Result<Self, Error> {
        let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        match path {
            Some(path) if !path.is_empty() && !path.contains(":memory:") && !path.contains('?') => {
                Ok(Self { path: PathBuf::from(path) })
            }
            _ => Err(Error::Url { url: url.to_owned() }),
        }
    }

    /// A file of that name.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder in which the file shall lie.
    pub(super) fn make_folder(&self) -> Result<(), Error> {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder)
                .map_err(|source| Error::File { path: folder.to_owned(), source: Arc::new(source) }),
            _ => Ok(()),
        }
    }

    /// The connection that writes. A commit returns after the write-ahead log is on the disk (`synchronous = FULL`).
    pub(super) async fn writer(&self) -> Result<SqliteConnection, Error> {
        let options = self
            .options()
            .create_if_missing(true)
            .page_size(PAGE_BYTES)
            .locking_mode(SqliteLockingMode::Normal)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
            .pragma("journal_size_limit", WAL_BYTES_KEPT.to_string())
            // So that REPLACE meets the triggers that refuse to delete.
            .pragma("recursive_triggers", "ON")
            // So that what is erased is overwritten.
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY");
        Ok(options.connect().await?)
    }

    /// The connection that moves pages from the write-ahead log into the database.
    pub(super) async fn checkpointer(&self) -> Result<SqliteConnection, Error> {
        let options = self
            .options()
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", format!("-{READER_CACHE_KIB}"));
        Ok(options.connect().await?)
    }

    /// One connection that reads.
    pub(super) async fn reader(&self) -> Result<SqliteConnection, Error> {
        Ok(self.options().read_only(true).connect().await?)
    }

    /// The connections that read, opened as they are needed.
    pub(super) fn readers(&self) -> SqlitePool {
        let options = self.options().read_only(true).pragma("cache_size", format!("-{READER_CACHE_KIB}"));
        SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .min_connections(0)
            .acquire_timeout(Duration::from_millis(ACQUIRE_MS))
            // A connection to a file does not break while it lies idle, and asking costs more than most queries.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options)
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .busy_timeout(Duration::from_millis(BUSY_MS))
            // No table refers to another: what belongs together is written together.
            .foreign_keys(false)
            .disable_statement_logging()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_address_name_the_file() {
        assert_eq!(Place::of("sqlite:data/ledger.db").unwrap().path(), Path::new("data/ledger.db"));
        assert_eq!(Place::of("sqlite:///var/ledger.db").unwrap().path(), Path::new("/var/ledger.db"));
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for url in ["", "sqlite:", "sqlite::memory:", "postgres://localhost/ledger", "sqlite:a.db?mode=ro"] {
            assert!(matches!(Place::of(url), Err(Error::Url { .. })), "{url}");
        }
    }
}
