use baohan_log::Log;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use crate::error::Error;
use crate::projection::Projection;
use crate::rows::stored_count;
use crate::status::Stopped;

/// How far a projection is in a shard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checkpoint {
    pub projection: Projection,
    pub shard: u16,
    /// The last position that is applied; 0 before the first.
    pub position: u64,
    /// The event at that position.
    pub event_id: Option<Uuid>,
    pub stopped: Option<Stopped>,
}

impl Checkpoint {
    /// Says how the log contradicts it, if it does: a restored backup is shorter, or tells another story.
    pub(crate) async fn contradicts(&self, log: &Log) -> Result<Option<String>, Error> {
        let Some(event_id) = self.event_id else { return Ok(None) };
        let (name, shard, position) = (self.projection.name(), self.shard, self.position);
        if position > log.head(shard) {
            return Ok(Some(format!(
                "{name} is at position {position} of shard {shard}, which the log has not reached"
            )));
        }
        let there = log.read(shard, position.saturating_sub(1), 1).await?;
        let same = there.first().is_some_and(|stored| stored.position == position && stored.id == event_id);
        let other =
            || format!("the log holds another event than {name} saw at position {position} of shard {shard}");
        Ok(if same { None } else { Some(other()) })
    }
}

/// Puts projections at the beginning of every shard.
pub(crate) async fn begin(
    connection: &mut SqliteConnection,
    projections: &[Projection],
    shards: u16,
) -> Result<(), sqlx::Error> {
    for projection in projections {
        for shard in 0..shards {
            sqlx::query("INSERT OR REPLACE INTO checkpoints (projection, shard, position) VALUES (?, ?, 0)")
                .bind(projection.name())
                .bind(shard)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// What stopped is tried again: perhaps this version of the software can read it.
pub(crate) async fn try_again(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE checkpoints SET stopped_position = NULL, stopped_cause = NULL WHERE stopped_position IS NOT NULL")
        .execute(connection)
        .await?;
    Ok(())
}

/// All checkpoints of a shard.
pub(crate) async fn of_shard(
    connection: &mut SqliteConnection,
    shard: u16,
) -> Result<Vec<Checkpoint>, Error> {
    let rows = sqlx::query("SELECT projection, position, event_id, stopped_position, stopped_cause FROM checkpoints WHERE shard = ?")
        .bind(shard)
        .fetch_all(connection)
        .await?;
    let mut checkpoints = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(projection) = Projection::from_name(row.try_get("projection")?) else { continue };
        let event_id: Option<Vec<u8>> = row.try_get("event_id")?;
        let stopped_position: Option<i64> = row.try_get("stopped_position")?;
        let cause: Option<String> = row.try_get("stopped_cause")?;
        checkpoints.push(Checkpoint {
            projection,
            shard,
            position: u64::try_from(row.try_get::<i64, _>("position")?).unwrap_or(0),
            event_id: event_id.and_then(|bytes| Uuid::from_slice(&bytes).ok()),
            stopped: stopped_position.map(|position| Stopped {
                position: u64::try_from(position).unwrap_or(0),
                cause: cause.unwrap_or_default(),
            }),
        });
    }
    Ok(checkpoints)
}

/// Moves one.
pub(crate) async fn save(connection: &mut SqliteConnection, moved: &Checkpoint) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE checkpoints SET position = ?, event_id = ?, stopped_position = ?, stopped_cause = ? WHERE projection = ? AND shard = ?",
    )
    .bind(stored_count(moved.position))
    .bind(moved.event_id.as_ref().map(|id| id.as_bytes().to_vec()))
    .bind(moved.stopped.as_ref().map(|stopped| stored_count(stopped.position)))
    .bind(moved.stopped.as_ref().map(|stopped| stopped.cause.as_str()))
    .bind(moved.projection.name())
    .bind(moved.shard)
    .execute(connection)
    .await?;
    Ok(())
}
