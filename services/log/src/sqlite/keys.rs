use chrono::SubsecRound;
use futures::FutureExt;
use sqlx::sqlite::SqliteArguments;
use sqlx::{SqliteConnection, query_with};
use uuid::Uuid;

use super::column;
use super::journal;
use super::store::Store;
use crate::error::Error;
use crate::journal::JournalEntry;
use crate::key::Erasure;

impl Store {
    pub(crate) async fn erase_key(
        &self,
        aggregate_id: Uuid,
        entry: JournalEntry,
    ) -> Result<Option<Erasure>, Error> {
        let erasure = self
            .write(move |connection| {
                let entry = entry.clone();
                async move { erase(connection, aggregate_id, &entry).await }.boxed()
            })
            .await?;
        if erasure.is_some() {
            self.overwrite().await?;
        }
        Ok(erasure)
    }
}

async fn erase(
    connection: &mut SqliteConnection,
    aggregate_id: Uuid,
    entry: &JournalEntry,
) -> Result<Option<Erasure>, Error> {
    let aggregate = aggregate_id.to_string();
    let first: Option<i64> =
        sqlx::query_scalar("SELECT position FROM events WHERE aggregate_id = ? AND sequence = 1")
            .bind(&aggregate)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(first) = first else {
        return Ok(None);
    };
    let destroyed = destroy(connection, first, entry.received_at.trunc_subsecs(6).timestamp_micros()).await?;
    let bodies = erase_bodies(connection, &aggregate, entry).await?;
    let mut arguments = SqliteArguments::default();
    journal::bind(entry, &mut arguments).map_err(sqlx::Error::Encode)?;
    let insert = format!("INSERT INTO {} VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", journal::COLUMNS);
    query_with(&insert, arguments).execute(connection).await?;
    let destroyed_at = column::moment(destroyed.at)?;
    Ok(Some(Erasure { destroyed_at, repeated: destroyed.before, bodies }))
}

struct Destroyed {
    at: i64,
    before: bool,
}

/// Destroys the key beside an aggregate's first event; one that never was is marked too, so that none is made later.
async fn destroy(connection: &mut SqliteConnection, first: i64, now: i64) -> Result<Destroyed, Error> {
    let earlier: Option<Option<i64>> = sqlx::query_scalar("SELECT destroyed_at FROM keys WHERE position = ?")
        .bind(first)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(Some(at)) = earlier {
        return Ok(Destroyed { at, before: true });
    }
    sqlx::query(
        "INSERT INTO keys (position, wrapped, destroyed_at) VALUES (?, NULL, ?)
         ON CONFLICT (position) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at",
    )
    .bind(first)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(Destroyed { at: now, before: false })
}

/// Three ways lead to an aggregate's calls: its events name those that brought them; a call may name the aggregate; and a call
/// that was refused, before it was known whose it is, has the platform and application number of one of the others.
async fn erase_bodies(
    connection: &mut SqliteConnection,
    aggregate: &str,
    entry: &JournalEntry,
) -> Result<u64, Error> {
    let erased = sqlx::query(
        "WITH named (id) AS (
            SELECT unhex(replace(iif(json_valid(metadata), metadata ->> 'journal_id', NULL), '-', '')) FROM events
             WHERE aggregate_id = ?1
         ), applications (platform, application_no) AS (
            SELECT platform, application_no FROM journal
             WHERE id IN (SELECT id FROM named) AND application_no IS NOT NULL
            UNION
            SELECT ?2, ?3 WHERE ?3 IS NOT NULL
         )
         UPDATE journal SET body = NULL
          WHERE body IS NOT NULL AND number IN (
            SELECT number FROM journal WHERE id IN (SELECT id FROM named)
            UNION
            SELECT number FROM journal WHERE aggregate_id = ?1 AND application_no IS NULL
            UNION
            SELECT j.number FROM applications AS a
              JOIN journal AS j ON j.application_no = a.application_no
             WHERE j.aggregate_id = ?1 OR (j.aggregate_id IS NULL AND j.platform IS a.platform)
          )",
    )
    .bind(aggregate)
    .bind(entry.platform.as_deref())
    .bind(entry.application_no.as_deref())
    .execute(connection)
    .await?;
    Ok(erased.rows_affected())
}
