use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use super::connection::Session;
use super::dialect::Dialect;
use super::origin::SCHEMA_NAME;
use super::pool::Pool;
use crate::error::Error;

/// Readers at once: queries are short, and two cores serve them.
const SQLITE_READERS: u32 = 4;
/// A server has cores of its own, and each query a way to it and back.
const POSTGRES_READERS: u32 = 12;
/// How long a reader waits for a connection before it is told that there is none.
const READER_WAITS: Duration = Duration::from_secs(10);
/// After so much idleness a reader's connection is asked whether it still stands: no server comes back sooner. Before that the round trip would
/// only be waited for.
const READER_RESTS: Duration = Duration::from_millis(100);
/// How long a writer waits for another one (a table that is built beside).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// The writer's page cache; SQLite counts it in KiB when negative.
const WRITER_CACHE: &str = "-16384";
/// After how many pages (of 4 KiB) the write-ahead log goes back into the file: while much is applied, a page that many
/// batches touch is then written back once for all of them.
const WAL_PAGES: &str = "4096";
/// What is left of the write-ahead log after a checkpoint, in bytes.
const WAL_BYTES_KEPT: &str = "33554432";
/// What the server is told of a connection that writes. It ends one that keeps still within a transaction: a process
/// that was paused must not hold the rows of a shard that another has taken over. A commit does not wait for the disk,
/// since all of it comes back from the log.
const POSTGRES_WRITER: [(&str, &str); 4] = [
    ("search_path", SCHEMA_NAME),
    ("synchronous_commit", "off"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("lock_timeout", "10s"),
];
const POSTGRES_READER: [(&str, &str); 3] = [
    ("search_path", SCHEMA_NAME),
    ("default_transaction_read_only", "on"),
    ("idle_in_transaction_session_timeout", "60s"),
];
/// How a database's list of connections names ours.
const APPLICATION: &str = "baohan-projections";

/// Where the projections are, and where they read from.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`; there they stand in the schema `projections`.
    pub url: String,
    /// Whether another process writes them, or nobody does.
    pub read_only: bool,
    /// Kafka, where it is configured: what is new is read from its topic then, and from the store while it is away.
    pub kafka: Option<baohan_topics::Settings>,
}

impl Options {
    /// At a url, from the store.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), read_only: false, kafka: None }
    }

    /// From Kafka.
    #[must_use]
    pub fn with_kafka(self, settings: baohan_topics::Settings) -> Self {
        Self { kafka: Some(settings), ..self }
    }

    /// Beside the ledger: `sqlite:data/ledger.db` gives `sqlite:data/ledger-projections.db`, and a database of
    /// PostgreSQL takes both.
    #[must_use]
    pub fn beside(store_url: &str) -> Self {
        if Dialect::of(store_url) == Some(Dialect::Postgres) {
            return Self::at(store_url);
        }
        let bare = store_url.split('?').next().unwrap_or(store_url);
        let (stem, ending) = match bare.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains(['/', '\\']) && !stem.is_empty() => (stem, ending),
            _ => (bare, "db"),
        };
        Self::at(format!("{stem}-projections.{ending}"))
    }

    pub(crate) fn dialect(&self) -> Result<Dialect, Error> {
        Dialect::of(&self.url).ok_or_else(|| self.refused())
    }

    /// A url can hold a password, so that only its beginning is repeated.
    fn refused(&self) -> Error {
        let kind = self.url.split_once(':').map_or(self.url.as_str(), |(kind, _)| kind);
        Error::Url(kind.to_owned())
    }

    fn sqlite(&self) -> Result<SqliteConnectOptions, Error> {
        let options = SqliteConnectOptions::from_str(&self.url).map_err(|_| self.refused())?;
        Ok(options.busy_timeout(BUSY_TIMEOUT))
    }

    fn postgres<'s>(
        &self,
        settings: impl IntoIterator<Item = (&'s str, &'s str)>,
    ) -> Result<PgConnectOptions, Error> {
        let options = PgConnectOptions::from_str(&self.url).map_err(|_| self.refused())?;
        Ok(options.application_name(APPLICATION).options(settings))
    }

    /// A connection that writes.
    pub(crate) async fn writer(&self) -> Result<Session, Error> {
        if self.dialect()? == Dialect::Postgres {
            let options = self.postgres(POSTGRES_WRITER)?;
            return Ok(Session::Postgres(Box::new(PgConnection::connect_with(&options).await?)));
        }
        let options = self.sqlite()?;
        if let Some(folder) = options.get_filename().parent() {
            // Where it cannot be made, opening the file says so.
            let _ = std::fs::create_dir_all(folder);
        }
        // All of it can be built anew, so a commit does not wait for the disk.
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("cache_size", WRITER_CACHE)
            .pragma("wal_autocheckpoint", WAL_PAGES)
            .pragma("journal_size_limit", WAL_BYTES_KEPT);
        Ok(Session::Sqlite(Box::new(SqliteConnection::connect_with(&options).await?)))
    }

    pub(crate) fn readers(&self) -> Result<Pool, Error> {
        if self.dialect()? == Dialect::Postgres {
            let options = self.postgres(POSTGRES_READER)?;
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_READERS)
                .acquire_timeout(READER_WAITS)
                .test_before_acquire(false)
                .before_acquire(|connection, about| Box::pin(is_there(connection, about.idle_for)));
            return Ok(Pool::Postgres(pool.connect_lazy_with(options)));
        }
        let options = self.sqlite()?.create_if_missing(false).pragma("query_only", "ON");
        let pool = SqlitePoolOptions::new().max_connections(SQLITE_READERS);
        Ok(Pool::Sqlite(pool.connect_lazy_with(options)))
    }
}

/// Whether a connection can be given out again; asked only where it rested. A server that went away within that time is met by the statement
/// itself, which fails as it would have failed had the server gone a moment later.
async fn is_there(connection: &mut PgConnection, idle_for: Duration) -> Result<bool, sqlx::Error> {
    if idle_for >= READER_RESTS {
        connection.ping().await?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_lies_beside_the_ledger() {
        let cases = [
            ("sqlite:data/ledger.db", "sqlite:data/ledger-projections.db"),
            ("sqlite:/var/lib/b.v1/ledger", "sqlite:/var/lib/b.v1/ledger-projections.db"),
            ("sqlite://data/ledger.db?mode=rwc", "sqlite://data/ledger-projections.db"),
            ("postgres://u:p@db/ledger", "postgres://u:p@db/ledger"),
        ];
        for (store, beside) in cases {
            assert_eq!(Options::beside(store).url, beside);
        }
    }

    #[test]
    fn a_url_of_another_kind_is_refused_and_its_password_not_repeated() {
        let refused = Options::at("mysql://u:secret@localhost/x").dialect().unwrap_err();
        assert!(matches!(&refused, Error::Url(kind) if kind == "mysql"), "{refused:?}");
    }
}
