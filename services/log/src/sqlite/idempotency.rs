use futures::FutureExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::idempotency::IdempotencyRecord;

const SELECT: &str = "SELECT key, content_sm3, status, at, body FROM idempotency WHERE key = ?";

/// Every record; read by [`record`].
pub(super) const SELECT_ALL: &str = "SELECT key, content_sm3, status, at, body FROM idempotency ORDER BY key";

pub(super) fn record(row: &SqliteRow) -> Result<IdempotencyRecord, Error> {
    Ok(IdempotencyRecord {
        key: column::text(row, 0)?,
        content_sm3: column::text(row, 1)?,
        status: column::small(row, 2)?,
        at: column::time(row, 3)?,
        body: row.try_get(4)?,
    })
}

impl Store {
    pub(crate) async fn idempotency(&self, key: &str) -> Result<Option<IdempotencyRecord>, Error> {
        let row = sqlx::query(SELECT).bind(key).fetch_optional(self.readers()).await?;
        row.as_ref().map(record).transpose()
    }

    pub(crate) async fn remember(&self, record: IdempotencyRecord) -> Result<IdempotencyRecord, Error> {
        self.write(move |connection| {
            let record = record.clone();
            async move { keep(connection, &record).await }.boxed()
        })
        .await
    }
}

async fn keep(
    connection: &mut SqliteConnection,
    wanted: &IdempotencyRecord,
) -> Result<IdempotencyRecord, Error> {
    sqlx::query(
        "INSERT INTO idempotency (key, content_sm3, status, at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(&wanted.key)
    .bind(&wanted.content_sm3)
    .bind(wanted.status)
    .bind(wanted.at.timestamp_micros())
    .bind(&wanted.body)
    .execute(&mut *connection)
    .await?;
    record(&sqlx::query(SELECT).bind(&wanted.key).fetch_one(connection).await?)
}
