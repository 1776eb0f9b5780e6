use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::column;
use super::incarnation::incarnation;
use super::store::Store;
use crate::error::Error;
use crate::event::{StoredEvent, Stream};
use crate::key::KeyState;
use crate::transfer::Kept;

/// What is read of an event, in the order of [`event`].
macro_rules! columns {
    () => {
        concat!(
            "e.id, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload, e.metadata, e.shard, e.position, e.recorded_at, ",
            incarnation!()
        )
    };
}

fn event(row: &SqliteRow) -> Result<StoredEvent, Error> {
    Ok(StoredEvent {
        id: column::id(row, 0)?,
        aggregate_id: column::aggregate(row, 1)?,
        sequence: column::number(row, 2)?,
        event_type: column::text(row, 3)?,
        event_version: column::text(row, 4)?,
        payload: column::text(row, 5)?,
        metadata: column::text(row, 6)?,
        shard: column::small(row, 7)?,
        position: column::number(row, 8)?,
        recorded_at: column::time(row, 9)?,
        incarnation: column::id(row, 10)?,
    })
}

/// The key as it stands beside an event, in the two columns after the event's.
fn key(row: &SqliteRow) -> Result<KeyState, Error> {
    let destroyed_at = column::maybe_time(row, 12)?;
    let wrapped: Option<Vec<u8>> = row.try_get(11)?;
    Ok(match (wrapped, destroyed_at) {
        (_, Some(at)) => KeyState::Destroyed { at },
        (Some(wrapped), None) => KeyState::Wrapped(wrapped),
        (None, None) => KeyState::None,
    })
}

impl Store {
    pub(crate) async fn load(&self, aggregate_id: Uuid) -> Result<Stream, Error> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            ", k.wrapped, k.destroyed_at
               FROM events AS e LEFT JOIN keys AS k ON k.position = e.position
              WHERE e.aggregate_id = ?
              ORDER BY e.sequence"
        ))
        .bind(aggregate_id.to_string())
        .fetch_all(self.readers())
        .await?;
        Ok(Stream {
            events: rows.iter().map(event).collect::<Result<_, _>>()?,
            key: rows.first().map_or(Ok(KeyState::None), key)?,
        })
    }

    pub(crate) async fn event(&self, id: Uuid) -> Result<Option<StoredEvent>, Error> {
        let row = sqlx::query(concat!("SELECT ", columns!(), " FROM events AS e WHERE e.id = ?"))
            .bind(id.as_bytes().as_slice())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(event).transpose()
    }
}

/// Events after a position, with the keys of the aggregates that begin: a key stands under the position of the first event.
pub(super) async fn kept(
    connection: &mut SqliteConnection,
    after: u64,
    limit: usize,
) -> Result<Vec<Kept>, Error> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        ", k.wrapped, k.destroyed_at
           FROM events AS e LEFT JOIN keys AS k ON k.position = e.position
          WHERE e.position > ? ORDER BY e.position LIMIT ?"
    ))
    .bind(column::stored(after))
    .bind(column::stored(limit as u64))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok(Kept { event: event(row)?, key: key(row)? })).collect()
}
