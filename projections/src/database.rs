//! The projections' own SQLite file: how it is opened, and when it is built anew.

use std::str::FromStr;
use std::time::Duration;

use baohan_log::Log;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Row, SqliteConnection};

use crate::checkpoint;
use crate::error::Error;
use crate::projection::Projection;

/// The form of all tables and of what stands in them. Raised by whoever changes a table, an `apply` or the domain's
/// state; a database of another form is built anew from the log.
pub const SCHEMA_VERSION: i64 = 2;
const SCHEMA: &str = include_str!("schema.sql");

/// Readers at once: queries are short, and two cores serve them.
const READERS: u32 = 4;
/// How long a writer waits for another one (a rebuild by the command line).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// The writer's page cache; SQLite counts it in KiB when negative.
const WRITER_CACHE: &str = "-16384";
/// After how many pages (of 4 KiB) the write-ahead log goes back into the file: while much is applied, a page that many
/// batches touch is then written back once for all of them.
const WAL_PAGES: &str = "4096";
/// What is left of the write-ahead log after a checkpoint, in bytes.
const WAL_BYTES_KEPT: &str = "33554432";

/// Where the projections are.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH`.
    pub url: String,
    /// Whether another process writes them, or nobody does.
    pub read_only: bool,
}

impl Options {
    /// At a url.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), read_only: false }
    }

    /// Beside the ledger's file: `sqlite:data/ledger.db` gives `sqlite:data/ledger-projections.db`.
    #[must_use]
    pub fn beside(store_url: &str) -> Self {
        let bare = store_url.split('?').next().unwrap_or(store_url);
        let (stem, ending) = match bare.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains(['/', '\\']) && !stem.is_empty() => (stem, ending),
            _ => (bare, "db"),
        };
        Self::at(format!("{stem}-projections.{ending}"))
    }

    fn connect(&self) -> Result<SqliteConnectOptions, Error> {
        if !self.url.starts_with("sqlite:") {
            return Err(Error::Url(self.url.clone()));
        }
        let options = SqliteConnectOptions::from_str(&self.url).map_err(|_| Error::Url(self.url.clone()))?;
        Ok(options.busy_timeout(BUSY_TIMEOUT))
    }

    /// The one connection that writes. All of it can be built anew, so a commit does not wait for the disk.
    pub(crate) async fn writer(&self) -> Result<SqliteConnection, Error> {
        let options = self.connect()?;
        if let Some(folder) = options.get_filename().parent() {
            // Where it cannot be made, opening the file says so.
            let _ = std::fs::create_dir_all(folder);
        }
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("cache_size", WRITER_CACHE)
            .pragma("wal_autocheckpoint", WAL_PAGES)
            .pragma("journal_size_limit", WAL_BYTES_KEPT);
        Ok(SqliteConnection::connect_with(&options).await?)
    }

    pub(crate) fn readers(&self) -> Result<SqlitePool, Error> {
        let options = self.connect()?.create_if_missing(false).pragma("query_only", "ON");
        Ok(SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options))
    }
}

/// Makes the tables where they are missing, and anew where they belong to another ledger, history or version.
pub(crate) async fn prepare(connection: &mut SqliteConnection, log: &Log) -> Result<(), Error> {
    let Some(why) = reason_to_build(connection, log).await? else { return Ok(()) };
    tracing::info!(reason = %why, "projections are built from the log: {why}");
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for table in tables(&mut transaction).await? {
        sqlx::query(&format!("DROP TABLE \"{table}\"")).execute(&mut *transaction).await?;
    }
    sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
    for projection in Projection::ALL {
        sqlx::raw_sql(projection.schema()).execute(&mut *transaction).await?;
    }
    sqlx::query("INSERT INTO origin (schema_version, incarnation) VALUES (?, ?)")
        .bind(SCHEMA_VERSION)
        .bind(&log.incarnation().as_bytes()[..])
        .execute(&mut *transaction)
        .await?;
    checkpoint::begin(&mut transaction, &Projection::ALL, log.shards()).await?;
    transaction.commit().await?;
    Ok(())
}

/// Empties projections, so that they are built from the log again.
pub(crate) async fn rebuild(
    connection: &mut SqliteConnection,
    projections: &[Projection],
    shards: u16,
) -> Result<(), Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for projection in projections {
        let drop = format!("DROP TABLE IF EXISTS {}", projection.table());
        sqlx::query(&drop).execute(&mut *transaction).await?;
        sqlx::raw_sql(projection.schema()).execute(&mut *transaction).await?;
    }
    checkpoint::begin(&mut transaction, projections, shards).await?;
    transaction.commit().await?;
    Ok(())
}

async fn tables(connection: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    let rows =
        sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .fetch_all(connection)
            .await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

async fn reason_to_build(connection: &mut SqliteConnection, log: &Log) -> Result<Option<String>, Error> {
    let tables = tables(connection).await?;
    if tables.is_empty() {
        return Ok(Some("there are none yet".to_owned()));
    }
    if !tables.iter().any(|table| table == "origin") {
        // Nothing of ours: dropping these tables could cost somebody his data.
        return Err(Error::Foreign);
    }
    let origin = sqlx::query("SELECT schema_version, incarnation FROM origin")
        .fetch_optional(&mut *connection)
        .await?;
    let Some(origin) = origin else { return Ok(Some("their origin is unknown".to_owned())) };
    let version: i64 = origin.try_get("schema_version")?;
    if version != SCHEMA_VERSION {
        return Ok(Some(format!("their form is {version}, and {SCHEMA_VERSION} is needed")));
    }
    let incarnation: Vec<u8> = origin.try_get("incarnation")?;
    if incarnation != log.incarnation().as_bytes() {
        return Ok(Some("they come from another incarnation of the ledger".to_owned()));
    }
    if sqlx::query("SELECT 1 FROM checkpoints WHERE shard >= ?")
        .bind(log.shards())
        .fetch_optional(&mut *connection)
        .await?
        .is_some()
    {
        return Ok(Some("they come from a ledger with more shards".to_owned()));
    }
    for shard in 0..log.shards() {
        let checkpoints = checkpoint::of_shard(connection, shard).await?;
        if checkpoints.len() != Projection::ALL.len() {
            return Ok(Some(format!("shard {shard} is not known to all of them")));
        }
        for checkpoint in checkpoints {
            if let Some(why) = checkpoint.contradicts(log).await? {
                return Ok(Some(why));
            }
        }
    }
    Ok(None)
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
        ];
        for (store, beside) in cases {
            assert_eq!(Options::beside(store).url, beside);
        }
    }

    #[test]
    fn a_url_of_another_kind_is_refused() {
        assert!(matches!(Options::at("postgres://localhost/x").connect(), Err(Error::Url(_))));
    }
}
