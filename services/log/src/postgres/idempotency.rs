use sqlx::Row;
use sqlx::postgres::PgRow;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::idempotency::IdempotencyRecord;

const SELECT: &str = "SELECT key, content_sm3, status, at, body FROM idempotency WHERE key = $1";

/// Every record; read by [`record`].
pub(super) const SELECT_ALL: &str = "SELECT key, content_sm3, status, at, body FROM idempotency ORDER BY key";

pub(super) fn record(row: &PgRow) -> Result<IdempotencyRecord, Error> {
    Ok(IdempotencyRecord {
        key: row.try_get(0)?,
        content_sm3: row.try_get(1)?,
        status: column::small(row, 2)?,
        at: row.try_get(3)?,
        body: row.try_get(4)?,
    })
}

impl Store {
    pub(crate) async fn idempotency(&self, key: &str) -> Result<Option<IdempotencyRecord>, Error> {
        let row = self.maybe_row(|| sqlx::query(SELECT).bind(key)).await?;
        row.as_ref().map(record).transpose()
    }

    pub(crate) async fn remember(&self, wanted: IdempotencyRecord) -> Result<IdempotencyRecord, Error> {
        self.written(|| {
            sqlx::query(
                "INSERT INTO idempotency (key, content_sm3, status, at, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(&wanted.key)
            .bind(&wanted.content_sm3)
            .bind(i32::from(wanted.status))
            .bind(wanted.at)
            .bind(&wanted.body)
        })
        .await?;
        let kept = self.idempotency(&wanted.key).await?;
        kept.ok_or_else(|| Error::Damaged("an answer that was just kept is not there".to_owned()))
    }
}
