use bytes::Bytes;
use chrono::DateTime;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::column::{self, micros};
use super::kept;
use super::store::Store;
use crate::audit::{
    AUDIT_ROWS_MAX, AuditedCall, AuditedHead, AuditedRow, BentRow, INTRODUCES, StrayId, canonical,
};
use crate::error::Error;
use crate::event::{AGGREGATE_TYPE, StoredEvent};
use crate::kept::KeptCheckpoint;
use crate::key::KeyState;

/// What is read of a row, in the order of [`event`]. Times are read as the number that they are: an infinite one is none of ours.
macro_rules! columns {
    () => {
        "SELECT e.position, e.id, e.shard, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.recorded_at, \
         e.payload::text, e.metadata::text, e.incarnation FROM events AS e"
    };
}

/// How many that do not fit are named by one question.
const STRAYS_MAX: i64 = 100;

fn row(row: &PgRow) -> Result<AuditedRow, Error> {
    let position = row.try_get(0)?;
    Ok(match event(row, position) {
        Ok(event) => AuditedRow::Event(event),
        Err(field) => AuditedRow::Bent(BentRow { position, field, id: row.try_get(1).ok() }),
    })
}

/// The event, or the first field that is bent.
fn event(row: &PgRow, position: i64) -> Result<StoredEvent, &'static str> {
    let aggregate_type: &str = row.try_get(3).map_err(|_| "aggregate_type")?;
    if aggregate_type != AGGREGATE_TYPE {
        return Err("aggregate_type");
    }
    Ok(StoredEvent {
        incarnation: row.try_get(11).map_err(|_| "incarnation")?,
        position: u64::try_from(position).ok().filter(|position| *position > 0).ok_or("position")?,
        id: row.try_get(1).map_err(|_| "id")?,
        shard: column::shard(row.try_get(2).map_err(|_| "shard")?).map_err(|_| "shard")?,
        aggregate_id: canonical(row.try_get(4).map_err(|_| "aggregate_id")?).ok_or("aggregate_id")?,
        sequence: column::number(row, 5).map_err(|_| "sequence")?,
        event_type: row.try_get(6).map_err(|_| "event_type")?,
        event_version: row.try_get(7).map_err(|_| "event_version")?,
        recorded_at: micros(row, 8).and_then(DateTime::from_timestamp_micros).ok_or("recorded_at")?,
        payload: row.try_get(9).map_err(|_| "payload")?,
        metadata: row.try_get(10).map_err(|_| "metadata")?,
    })
}

impl Store {
    pub(crate) async fn audited_heads(&self) -> Result<Vec<AuditedHead>, Error> {
        let select = "SELECT h.shard::int8, h.position, h.recorded_at, h.incarnation, l.position, l.recorded_at
               FROM heads AS h LEFT JOIN LATERAL
                    (SELECT e.position, e.recorded_at FROM events AS e WHERE e.shard = h.shard ORDER BY e.position DESC LIMIT 1) AS l
                    ON true
              ORDER BY h.shard";
        let head = |row: &PgRow| -> Result<AuditedHead, Error> {
            let last: Option<i64> = row.try_get(4)?;
            Ok(AuditedHead {
                shard: row.try_get(0)?,
                position: row.try_get(1)?,
                recorded_at: Some(micros(row, 2).unwrap_or(i64::MAX)),
                incarnation: row.try_get(3).ok(),
                kept_incarnation: None,
                last: last.map(|position| (position, micros(row, 5).unwrap_or(i64::MAX))),
            })
        };
        self.rows(|| sqlx::query(select)).await?.iter().map(head).collect()
    }

    pub(crate) async fn audited_rows(
        &self,
        shard: u16,
        after: i64,
        up_to: i64,
    ) -> Result<Vec<AuditedRow>, Error> {
        // The shard stands in the statement, so that it is planned over this shard's tables alone.
        let select = format!(
            concat!(
                columns!(),
                " WHERE e.shard = {} AND e.position > $1 AND e.position <= $2 ORDER BY e.position LIMIT {}"
            ),
            shard, AUDIT_ROWS_MAX
        );
        let select = select.as_str();
        let rows = self.rows(|| sqlx::query(select).bind(after).bind(up_to)).await?;
        rows.iter().map(row).collect()
    }

    pub(crate) async fn audited_stream(&self, aggregate_id: Uuid) -> Result<Vec<AuditedRow>, Error> {
        let select = concat!(columns!(), " WHERE e.aggregate_id = $1 ORDER BY e.sequence");
        let rows = self.rows(|| sqlx::query(select).bind(aggregate_id.to_string())).await?;
        rows.iter().map(row).collect()
    }

    pub(crate) async fn audited_strays(&self) -> Result<Vec<(i64, i64)>, Error> {
        let select = format!(
            "SELECT e.shard::int8, e.position FROM events AS e WHERE e.shard < 0 OR e.shard >= {} LIMIT {STRAYS_MAX}",
            self.shards()
        );
        let select = select.as_str();
        let rows = self.rows(|| sqlx::query(select)).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    pub(crate) async fn audited_ids(
        &self,
        shard: u16,
        after: i64,
        up_to: i64,
    ) -> Result<Vec<StrayId>, Error> {
        let select = format!(
            "SELECT e.id, e.shard::int8, e.position, i.shard::int8, i.position
               FROM events AS e LEFT JOIN event_ids AS i ON i.id = e.id
              WHERE e.shard = {shard} AND e.position > $1 AND e.position <= $2
                AND (i.id IS NULL OR i.shard <> e.shard OR i.position <> e.position)
              ORDER BY e.position LIMIT {STRAYS_MAX}"
        );
        let select = select.as_str();
        let rows = self.rows(|| sqlx::query(select).bind(after).bind(up_to)).await?;
        rows.iter().map(stray).collect()
    }

    pub(crate) async fn audited_lost_ids(&self) -> Result<Vec<StrayId>, Error> {
        let select = format!(
            "SELECT i.id, e.shard::int8, e.position, i.shard::int8, i.position
               FROM event_ids AS i LEFT JOIN events AS e ON e.shard = i.shard AND e.position = i.position AND e.id = i.id
              WHERE e.id IS NULL ORDER BY i.shard, i.position LIMIT {STRAYS_MAX}"
        );
        let select = select.as_str();
        let rows = self.rows(|| sqlx::query(select)).await?;
        rows.iter().map(stray).collect()
    }

    pub(crate) async fn introducing_checkpoints(&self) -> Result<Vec<KeptCheckpoint>, Error> {
        let select = "SELECT number, note, kept_at FROM kept_checkpoints WHERE position($1 IN note) > 0 ORDER BY number";
        let rows = self.rows(|| sqlx::query(select).bind(INTRODUCES)).await?;
        rows.iter().map(kept::checkpoint).collect()
    }

    pub(crate) async fn audited_cosignatures(
        &self,
        after: u64,
        up_to: u64,
    ) -> Result<Vec<(i64, String, String)>, Error> {
        let select = "SELECT number, witness, line FROM kept_cosignatures
                       WHERE number > $1 AND number <= $2 ORDER BY number, cosignature";
        let (after, up_to) = (column::stored(after), column::stored(up_to));
        let rows = self.rows(|| sqlx::query(select).bind(after).bind(up_to)).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }

    pub(crate) async fn audited_calls(
        &self,
        ids: &[Uuid],
        with_bodies: bool,
    ) -> Result<Vec<AuditedCall>, Error> {
        let body = if with_bodies { "j.body" } else { "NULL::bytea" };
        let select = format!(
            "SELECT j.id, j.body_sm3, j.aggregate_id, {body}, k.wrapped, k.destroyed_at FROM journal AS j
               LEFT JOIN events AS f ON f.aggregate_id = j.aggregate_id::text AND f.sequence = 1
               LEFT JOIN keys AS k ON k.shard = f.shard AND k.position = f.position
              WHERE j.id = ANY($1) LIMIT {AUDIT_ROWS_MAX}"
        );
        let select = select.as_str();
        let rows = self.rows(|| sqlx::query(select).bind(ids)).await?;
        let call = |row: &PgRow| -> Result<AuditedCall, sqlx::Error> {
            Ok(AuditedCall {
                id: row.try_get(0)?,
                body_sm3: row.try_get(1)?,
                aggregate_id: row.try_get(2)?,
                body: row.try_get::<Option<Vec<u8>>, _>(3)?.map(Bytes::from),
                key: match (row.try_get(4)?, micros(row, 5).and_then(DateTime::from_timestamp_micros)) {
                    (_, Some(at)) => KeyState::Destroyed { at },
                    (Some(wrapped), None) => KeyState::Wrapped(wrapped),
                    (None, None) => KeyState::None,
                },
            })
        };
        Ok(rows.iter().filter_map(|row| call(row).ok()).collect())
    }
}

fn stray(row: &PgRow) -> Result<StrayId, Error> {
    let stands: (Option<i64>, Option<i64>) = (row.try_get(1)?, row.try_get(2)?);
    let leads: (Option<i64>, Option<i64>) = (row.try_get(3)?, row.try_get(4)?);
    Ok(StrayId { id: row.try_get(0)?, stands: stands.0.zip(stands.1), leads: leads.0.zip(leads.1) })
}
