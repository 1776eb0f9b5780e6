use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row as _};

/// A record of the store as SQL shows it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its shard.
    pub shard: u32,
    /// Its place in the shard, from 1.
    pub position: u64,
    /// Its own id.
    pub id: String,
    /// Its guarantee.
    pub guarantee: String,
    /// Its place in the guarantee's life, from 1.
    pub sequence: u64,
    /// What happened.
    pub event_type: String,
    /// The payload's exact bytes.
    pub payload: String,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// Under which incarnation.
    pub incarnation: String,
}

impl Row {
    /// A field of the payload.
    pub fn field(&self, name: &str) -> Value {
        let payload: Value = serde_json::from_str(&self.payload).expect("a payload is JSON");
        payload[name].clone()
    }
}

/// All records of a PostgreSQL store, shard by shard, in order.
pub async fn records(url: &str) -> Vec<Row> {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let rows = sqlx::query(
        "SELECT shard::bigint, position, id::text, aggregate_id, sequence, event_type, payload::text, recorded_at, \
            incarnation::text FROM events ORDER BY shard, position",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the records");
    let _ = connection.close().await;
    let number = |row: &sqlx::postgres::PgRow, place: usize| -> u64 {
        u64::try_from(row.get::<i64, _>(place)).expect("no negative number")
    };
    rows.iter()
        .map(|row| Row {
            shard: u32::try_from(number(row, 0)).expect("a shard"),
            position: number(row, 1),
            id: row.get(2),
            guarantee: row.get(3),
            sequence: number(row, 4),
            event_type: row.get(5),
            payload: row.get(6),
            recorded_at: row.get(7),
            incarnation: row.get(8),
        })
        .collect()
}

/// The last position of each shard, from shard 0 on.
pub async fn heads(url: &str) -> Vec<u64> {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let rows = sqlx::query("SELECT position FROM heads ORDER BY shard").fetch_all(&mut connection).await;
    let _ = connection.close().await;
    let position =
        |row: &sqlx::postgres::PgRow| u64::try_from(row.get::<i64, _>(0)).expect("no negative number");
    rows.expect("the heads").iter().map(position).collect()
}

/// The records of each guarantee, in the order of its life.
pub fn lives(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut lives: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        lives.entry(&row.guarantee).or_default().push(row);
    }
    lives
}

#[cfg(test)]
pub mod made {
    use super::Row;

    /// A record as a test of the checks needs it; its payload is one compact JSON object.
    pub fn row(guarantee: &str, position: u64, sequence: u64, event_type: &str, payload: &str) -> Row {
        Row {
            shard: 0,
            position,
            id: format!("event-{position}"),
            guarantee: guarantee.to_owned(),
            sequence,
            event_type: event_type.to_owned(),
            payload: payload.to_owned(),
            recorded_at: at(position),
            incarnation: "one".to_owned(),
        }
    }

    /// A moment, in seconds after some beginning.
    pub fn at(seconds: u64) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
    }
}
