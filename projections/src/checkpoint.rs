use baohan_log::Log;
use uuid::Uuid;

use crate::database::{Column, Connection, Row, Rows, Statement, id, int, text, update_many};
use crate::error::Error;
use crate::projection::Projection;
use crate::rows::{count, number};
use crate::source::Origin;
use crate::status::Stopped;

const TABLE: &str = "checkpoints";

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
    /// How often rows were written apart from the log's order.
    pub epoch: u64,
    /// Where the last events were read.
    pub source: Option<Origin>,
}

impl Checkpoint {
    /// Says how the log contradicts it, if it does: a restored backup is shorter, or tells another story.
    pub(crate) async fn contradicts(&self, log: &Log, heads: &[u64]) -> Result<Option<String>, Error> {
        let Some(event_id) = self.event_id else { return Ok(None) };
        let (name, shard, position) = (self.projection.name(), self.shard, self.position);
        if position > heads.get(usize::from(shard)).copied().unwrap_or(0) {
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

    fn read(row: &Row) -> Result<Option<Self>, Error> {
        let Some(projection) = Projection::from_name(row.get("projection")?) else { return Ok(None) };
        let stopped: Option<i64> = row.get("stopped_position")?;
        let cause: Option<String> = row.get("stopped_cause")?;
        let source: Option<&str> = row.get("source")?;
        Ok(Some(Self {
            projection,
            shard: number(row, TABLE, "shard")?,
            position: count(row, "position")?,
            event_id: row.get("event_id")?,
            stopped: stopped.map(|position| Stopped {
                position: u64::try_from(position).unwrap_or(0),
                cause: cause.unwrap_or_default(),
            }),
            epoch: count(row, "epoch")?,
            source: source.and_then(Origin::from_name),
        }))
    }
}

/// That of a projection in a shard.
pub(crate) fn find(checkpoints: &[Checkpoint], projection: Projection, shard: u16) -> Option<&Checkpoint> {
    checkpoints.iter().find(|checkpoint| checkpoint.projection == projection && checkpoint.shard == shard)
}

/// Puts all projections at the beginning of every shard.
pub(crate) async fn begin(connection: &mut Connection<'_>, shards: u16) -> Result<(), sqlx::Error> {
    for projection in Projection::ALL {
        for shard in 0..shards {
            let sql = "INSERT INTO checkpoints (projection, shard, position) VALUES (?, ?, 0)";
            connection.execute(Statement::new(sql).bind(projection.name()).bind(shard)).await?;
        }
    }
    Ok(())
}

/// What stopped is tried again: perhaps this version of the software can read it.
pub(crate) async fn try_again(connection: &mut Connection<'_>) -> Result<(), sqlx::Error> {
    let sql = "UPDATE checkpoints SET stopped_position = NULL, stopped_cause = NULL WHERE stopped_position IS NOT NULL";
    connection.execute(Statement::new(sql)).await?;
    Ok(())
}

/// All of them.
pub(crate) async fn all(connection: &mut Connection<'_>) -> Result<Vec<Checkpoint>, Error> {
    let rows =
        connection.fetch_all(Statement::new("SELECT * FROM checkpoints ORDER BY shard, projection")).await?;
    rows.iter().filter_map(|row| Checkpoint::read(row).transpose()).collect()
}

/// Those of some projections in a shard.
pub(crate) async fn of_shard(
    connection: &mut Connection<'_>,
    shard: u16,
    members: &[Projection],
) -> Result<Vec<Checkpoint>, Error> {
    some(connection, shard, members, "").await
}

/// The same, which nobody else moves until the transaction ends.
pub(crate) async fn held(
    connection: &mut Connection<'_>,
    shard: u16,
    members: &[Projection],
) -> Result<Vec<Checkpoint>, Error> {
    let end = connection.dialect().for_update();
    some(connection, shard, members, end).await
}

async fn some(
    connection: &mut Connection<'_>,
    shard: u16,
    members: &[Projection],
    end: &str,
) -> Result<Vec<Checkpoint>, Error> {
    let mut query = Statement::new("SELECT * FROM checkpoints WHERE shard = ");
    query.push_bind(shard).push(" AND projection IN (");
    for (nth, member) in members.iter().enumerate() {
        query.push(if nth == 0 { "" } else { ", " }).push_bind(member.name());
    }
    query.push(") ORDER BY projection").push(end);
    let rows = connection.fetch_all(query).await?;
    rows.iter().filter_map(|row| Checkpoint::read(row).transpose()).collect()
}

const MOVED: &[Column] = &[
    text("projection"),
    int("shard"),
    int("position"),
    id("event_id"),
    int("stopped_position"),
    text("stopped_cause"),
    int("epoch"),
    text("source"),
];

/// Moves them.
pub(crate) async fn save(
    connection: &mut Connection<'_>,
    checkpoints: &[Checkpoint],
) -> Result<(), sqlx::Error> {
    let mut rows = Rows::new(MOVED);
    for moved in checkpoints {
        rows.push([
            moved.projection.name().into(),
            moved.shard.into(),
            moved.position.into(),
            moved.event_id.into(),
            moved.stopped.as_ref().map(|stopped| stopped.position).into(),
            moved.stopped.as_ref().map(|stopped| stopped.cause.as_str()).into(),
            moved.epoch.into(),
            moved.source.map(Origin::name).into(),
        ]);
    }
    let set = "position = given.column3, event_id = given.column4, stopped_position = given.column5, \
        stopped_cause = given.column6, epoch = given.column7, source = given.column8";
    let condition = "projection = given.column1 AND shard = given.column2";
    update_many(TABLE, set, condition, &rows, connection).await.map(drop)
}
