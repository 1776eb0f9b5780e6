use bytes::Bytes;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use uuid::Uuid;

use super::column;
use super::kept;
use super::store::Store;
use crate::audit::{
    AUDIT_ROWS_MAX, AuditedCall, AuditedHead, AuditedRow, BentRow, INTRODUCES, StrayId, canonical,
};
use crate::error::Error;
use crate::event::{AGGREGATE_TYPE, StoredEvent};
use crate::kept::KeptCheckpoint;
use crate::key::KeyState;

/// What is read of a row, in the order of [`Reading::row`].
macro_rules! columns {
    () => {
        "SELECT e.position, e.id, e.shard, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.recorded_at, \
         e.payload, e.metadata FROM events AS e"
    };
}

/// Most ids in one statement: SQLite takes tens of thousands of values, and is not faster with more than some hundreds.
const IDS_MAX: usize = 500;

/// From which position on each incarnation holds; absent: the row cannot be read.
struct Reading(Vec<(i64, Option<Uuid>)>);

impl Reading {
    async fn begin(store: &Store) -> Result<Self, Error> {
        let rows = sqlx::query("SELECT position, incarnation FROM incarnations ORDER BY position, number")
            .fetch_all(store.readers())
            .await?;
        let spans = rows.iter().map(|row| Ok((row.try_get(0)?, column::id(row, 1).ok())));
        Ok(Self(spans.collect::<Result<_, sqlx::Error>>()?))
    }

    fn incarnation(&self, position: i64) -> Option<Uuid> {
        let behind = self.0.partition_point(|(from, _)| *from <= position);
        self.0.get(behind.checked_sub(1)?)?.1
    }

    fn row(&self, row: &SqliteRow) -> Result<AuditedRow, Error> {
        let position = row.try_get(0)?;
        Ok(match self.event(row, position) {
            Ok(event) => AuditedRow::Event(event),
            Err(field) => AuditedRow::Bent(BentRow { position, field, id: column::id(row, 1).ok() }),
        })
    }

    /// The event, or the first field that is bent.
    fn event(&self, row: &SqliteRow, position: i64) -> Result<StoredEvent, &'static str> {
        let aggregate_type: &str = row.try_get(3).map_err(|_| "aggregate_type")?;
        if aggregate_type != AGGREGATE_TYPE {
            return Err("aggregate_type");
        }
        Ok(StoredEvent {
            incarnation: self.incarnation(position).ok_or("incarnation")?,
            position: u64::try_from(position).ok().filter(|position| *position > 0).ok_or("position")?,
            id: column::id(row, 1).map_err(|_| "id")?,
            shard: column::small(row, 2).map_err(|_| "shard")?,
            aggregate_id: canonical(row.try_get(4).map_err(|_| "aggregate_id")?).ok_or("aggregate_id")?,
            sequence: column::number(row, 5).map_err(|_| "sequence")?,
            event_type: column::text(row, 6).map_err(|_| "event_type")?,
            event_version: column::text(row, 7).map_err(|_| "event_version")?,
            recorded_at: column::time(row, 8).map_err(|_| "recorded_at")?,
            payload: column::text(row, 9).map_err(|_| "payload")?,
            metadata: column::text(row, 10).map_err(|_| "metadata")?,
        })
    }
}

impl Store {
    pub(crate) async fn audited_heads(&self) -> Result<Vec<AuditedHead>, Error> {
        let rows = sqlx::query(
            "SELECT h.shard, h.position, h.incarnation, e.position, e.recorded_at,
                    (SELECT i.incarnation FROM incarnations AS i ORDER BY i.position DESC, i.number DESC LIMIT 1)
               FROM heads AS h LEFT JOIN (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) AS e
              ORDER BY h.shard",
        )
        .fetch_all(self.readers())
        .await?;
        let head = |row: &SqliteRow| -> Result<AuditedHead, Error> {
            let last: (Option<i64>, Option<i64>) = (row.try_get(3)?, row.try_get(4)?);
            Ok(AuditedHead {
                shard: row.try_get(0)?,
                position: row.try_get(1)?,
                recorded_at: None,
                incarnation: column::id(row, 2).ok(),
                kept_incarnation: column::id(row, 5).ok(),
                last: last.0.zip(last.1),
            })
        };
        rows.iter().map(head).collect()
    }

    pub(crate) async fn audited_rows(
        &self,
        shard: u16,
        after: i64,
        up_to: i64,
    ) -> Result<Vec<AuditedRow>, Error> {
        if shard >= self.shards() {
            return Ok(Vec::new());
        }
        let reading = Reading::begin(self).await?;
        let rows = sqlx::query(concat!(
            columns!(),
            " WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?"
        ))
        .bind(after)
        .bind(up_to)
        .bind(column::stored(AUDIT_ROWS_MAX as u64))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|row| reading.row(row)).collect()
    }

    pub(crate) async fn audited_stream(&self, aggregate_id: Uuid) -> Result<Vec<AuditedRow>, Error> {
        let reading = Reading::begin(self).await?;
        let rows = sqlx::query(concat!(columns!(), " WHERE e.aggregate_id = ? ORDER BY e.sequence"))
            .bind(aggregate_id.to_string())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|row| reading.row(row)).collect()
    }

    /// There is one shard, and all rows are read as its own, whatever they say.
    #[expect(clippy::unused_async, reason = "the other store asks")]
    pub(crate) async fn audited_strays(&self) -> Result<Vec<(i64, i64)>, Error> {
        Ok(Vec::new())
    }

    /// The table of events has its own index of ids.
    #[expect(clippy::unused_async, reason = "the other store asks")]
    pub(crate) async fn audited_ids(&self, _: u16, _: i64, _: i64) -> Result<Vec<StrayId>, Error> {
        Ok(Vec::new())
    }

    #[expect(clippy::unused_async, reason = "the other store asks")]
    pub(crate) async fn audited_lost_ids(&self) -> Result<Vec<StrayId>, Error> {
        Ok(Vec::new())
    }

    pub(crate) async fn introducing_checkpoints(&self) -> Result<Vec<KeptCheckpoint>, Error> {
        let select =
            "SELECT number, note, kept_at FROM kept_checkpoints WHERE instr(note, ?) > 0 ORDER BY number";
        let rows = sqlx::query(select).bind(INTRODUCES).fetch_all(self.readers()).await?;
        rows.iter().map(kept::checkpoint).collect()
    }

    pub(crate) async fn audited_cosignatures(
        &self,
        after: u64,
        up_to: u64,
    ) -> Result<Vec<(i64, String, String)>, Error> {
        let rows = sqlx::query("SELECT number, witness, line FROM kept_cosignatures WHERE number > ? AND number <= ? ORDER BY number, cosignature")
            .bind(column::stored(after))
            .bind(column::stored(up_to))
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }

    pub(crate) async fn audited_calls(
        &self,
        ids: &[Uuid],
        with_bodies: bool,
    ) -> Result<Vec<AuditedCall>, Error> {
        let mut calls = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS_MAX) {
            let body = if with_bodies { "j.body" } else { "NULL" };
            let select = format!(
                "SELECT j.id, j.body_sm3, j.aggregate_id, {body}, k.wrapped, k.destroyed_at FROM journal AS j
                   LEFT JOIN events AS f ON f.aggregate_id = j.aggregate_id AND f.sequence = 1
                   LEFT JOIN keys AS k ON k.position = f.position
                  WHERE j.id IN ("
            );
            let mut query: QueryBuilder<'_, Sqlite> = QueryBuilder::new(select);
            let mut places = query.separated(", ");
            for id in ids {
                places.push_bind(id.as_bytes().as_slice());
            }
            query.push(")");
            let rows = query.build().fetch_all(self.readers()).await?;
            calls.extend(rows.iter().filter_map(|row| call(row).ok()));
        }
        Ok(calls)
    }
}

fn call(row: &SqliteRow) -> Result<AuditedCall, Error> {
    Ok(AuditedCall {
        id: column::id(row, 0)?,
        body_sm3: column::text(row, 1)?,
        aggregate_id: column::maybe_aggregate(row, 2)?,
        body: row.try_get::<Option<Vec<u8>>, _>(3)?.map(Bytes::from),
        key: match (row.try_get(4)?, column::maybe_time(row, 5)?) {
            (_, Some(at)) => KeyState::Destroyed { at },
            (Some(wrapped), None) => KeyState::Wrapped(wrapped),
            (None, None) => KeyState::None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_form() {
        let id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        assert_eq!(canonical(id), Uuid::parse_str(id).ok());
        for other in [id.to_uppercase(), id.replace('-', ""), format!("{{{id}}}"), String::new()] {
            assert_eq!(canonical(&other), None, "{other}");
        }
    }
}
