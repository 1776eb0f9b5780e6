use futures::FutureExt;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::reading::Reading;

impl Store {
    pub(crate) async fn record_reading(&self, reading: Reading) -> Result<(), Error> {
        self.write(move |connection| {
            let reading = reading.clone();
            async move { add(connection, &reading).await }.boxed()
        })
        .await
    }

    pub(crate) async fn readings(&self, aggregate_id: Uuid, limit: u32) -> Result<Vec<Reading>, Error> {
        let rows = sqlx::query(
            "SELECT aggregate_id, actor, fields, at FROM readings WHERE aggregate_id = ? ORDER BY reading DESC LIMIT ?",
        )
        .bind(aggregate_id.to_string())
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(reading).collect()
    }
}

/// A reading in the first four columns.
pub(super) fn reading(row: &SqliteRow) -> Result<Reading, Error> {
    let fields = serde_json::from_str(&column::text(row, 2)?);
    Ok(Reading {
        aggregate_id: column::aggregate(row, 0)?,
        actor: column::text(row, 1)?,
        fields: fields.map_err(|error| Error::Damaged(error.to_string()))?,
        at: column::time(row, 3)?,
    })
}

async fn add(connection: &mut SqliteConnection, reading: &Reading) -> Result<(), Error> {
    sqlx::query("INSERT INTO readings (aggregate_id, actor, fields, at) VALUES (?, ?, ?, ?)")
        .bind(reading.aggregate_id.to_string())
        .bind(&reading.actor)
        .bind(serde_json::Value::from(reading.fields.clone()).to_string())
        .bind(reading.at.timestamp_micros())
        .execute(connection)
        .await?;
    Ok(())
}
