use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::store::Store;
use crate::error::Error;
use crate::reading::Reading;

impl Store {
    pub(crate) async fn record_reading(&self, reading: Reading) -> Result<(), Error> {
        let (id, reading) = (Uuid::new_v4(), &reading);
        self.written(|| {
            sqlx::query(
                "INSERT INTO readings (id, aggregate_id, actor, fields, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
            )
            .bind(id)
            .bind(reading.aggregate_id)
            .bind(&reading.actor)
            .bind(&reading.fields)
            .bind(reading.at)
        })
        .await?;
        Ok(())
    }

    pub(crate) async fn readings(&self, aggregate_id: Uuid, limit: u32) -> Result<Vec<Reading>, Error> {
        let rows = self
            .rows(|| {
                sqlx::query(
                    "SELECT actor, fields, at FROM readings WHERE aggregate_id = $1 ORDER BY reading DESC LIMIT $2",
                )
                .bind(aggregate_id)
                .bind(i64::from(limit))
            })
            .await?;
        let reading = |row: &PgRow| {
            Ok(Reading { actor: row.try_get(0)?, aggregate_id, fields: row.try_get(1)?, at: row.try_get(2)? })
        };
        rows.iter().map(reading).collect()
    }
}
