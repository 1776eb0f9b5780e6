use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::event::StoredEvent;

/// What is read of an event, in the order of [`event`].
macro_rules! columns {
    () => {
        "e.id, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload::text, e.metadata::text, e.shard, e.position, \
         e.recorded_at, e.incarnation"
    };
}
pub(super) use columns;

pub(super) fn event(row: &PgRow) -> Result<StoredEvent, Error> {
    Ok(StoredEvent {
        id: row.try_get(0)?,
        aggregate_id: column::aggregate(row, 1)?,
        sequence: column::number(row, 2)?,
        event_type: row.try_get(3)?,
        event_version: row.try_get(4)?,
        payload: row.try_get(5)?,
        metadata: row.try_get(6)?,
        shard: column::shard(row.try_get(7)?)?,
        position: column::number(row, 8)?,
        recorded_at: column::time(row, 9)?,
        incarnation: row.try_get(10)?,
    })
}

impl Store {
    pub(crate) async fn read(&self, shard: u16, after: u64, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        if shard >= self.shards() {
            return Ok(Vec::new());
        }
        // The shard stands in the statement, so that it is planned over this shard's tables alone.
        let select = format!(
            concat!(
                "SELECT ",
                columns!(),
                " FROM events AS e WHERE e.shard = {} AND e.position > $1 ORDER BY e.position LIMIT $2"
            ),
            shard
        );
        let select = select.as_str();
        let rows = self
            .rows(|| sqlx::query(select).bind(column::stored(after)).bind(column::stored(limit as u64)))
            .await?;
        rows.iter().map(event).collect()
    }

    pub(crate) async fn event(&self, id: Uuid) -> Result<Option<StoredEvent>, Error> {
        let select = concat!(
            "SELECT ",
            columns!(),
            " FROM event_ids AS i JOIN events AS e ON e.shard = i.shard AND e.position = i.position WHERE i.id = $1"
        );
        let row = self.maybe_row(|| sqlx::query(select).bind(id)).await?;
        row.as_ref().map(event).transpose()
    }
}
