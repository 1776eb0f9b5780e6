//! What is to be built anew, as the database keeps it: it outlives whoever asked, and whoever builds.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::checkpoint::Checkpoint;
use crate::database::{self, Connection, Row, Statement, Target};
use crate::error::Error;
use crate::handle::Projections;
use crate::projection::Projection;
use crate::rows::{count, number};

const TABLE: &str = "rebuilds";

/// How far a table is that is built anew beside the running one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RebuildState {
    /// It is being built, or waits for a process that does.
    Building,
    /// Somebody paused it.
    Paused,
    /// It met an event that cannot be applied; `resume` tries again.
    Stopped,
    /// It has taken the running one's place.
    Done,
    /// Somebody gave it up.
    Cancelled,
}

impl RebuildState {
    const ALL: [Self; 5] = [Self::Building, Self::Paused, Self::Stopped, Self::Done, Self::Cancelled];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a table stands beside the running one.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Building | Self::Paused | Self::Stopped)
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub projection: Projection,
    pub state: RebuildState,
    pub generation: u64,
    pub worked_ms: u64,
    pub is_indexed: bool,
    pub cause: Option<String>,
}

/// How far a table that is built beside is in a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub shard: u16,
    pub position: u64,
    pub event_id: Option<Uuid>,
}

impl Order {
    fn read(row: &Row) -> Result<Option<Self>, Error> {
        let bent = |what: &str| Error::BentRow { table: TABLE, what: what.to_owned() };
        let Some(projection) = Projection::from_name(row.get("projection")?) else { return Ok(None) };
        Ok(Some(Self {
            projection,
            state: RebuildState::from_name(row.get("state")?).ok_or_else(|| bent("an unknown state"))?,
            generation: count(row, "generation")?,
            worked_ms: count(row, "worked_ms")?,
            is_indexed: row.get("is_indexed")?,
            cause: row.get("cause")?,
        }))
    }
}

/// All that was ever asked for, the last time each.
pub(crate) async fn all(connection: &mut Connection<'_>) -> Result<Vec<Order>, Error> {
    let rows = connection.fetch_all(Statement::new("SELECT * FROM rebuilds ORDER BY projection")).await?;
    rows.iter().filter_map(|row| Order::read(row).transpose()).collect()
}

/// How far a projection's table is that is built beside, shard by shard.
pub(crate) async fn places(
    projection: Projection,
    connection: &mut Connection<'_>,
) -> Result<Vec<Place>, Error> {
    let sql = "SELECT * FROM rebuild_checkpoints WHERE projection = ? ORDER BY shard";
    let rows = connection.fetch_all(Statement::new(sql).bind(projection.name())).await?;
    rows.iter().map(place).collect()
}

/// The same in one shard, which nobody else moves until the transaction ends.
pub(crate) async fn held(
    projection: Projection,
    shard: u16,
    connection: &mut Connection<'_>,
) -> Result<Option<Place>, Error> {
    let end = connection.dialect().for_update();
    let sql = format!("SELECT * FROM rebuild_checkpoints WHERE projection = ? AND shard = ?{end}");
    let row = connection.fetch_optional(Statement::new(sql).bind(projection.name()).bind(shard)).await?;
    row.as_ref().map(place).transpose()
}

fn place(row: &Row) -> Result<Place, Error> {
    Ok(Place {
        shard: number(row, "rebuild_checkpoints", "shard")?,
        position: count(row, "position")?,
        event_id: row.get("event_id")?,
    })
}

pub(crate) async fn move_place(
    projection: Projection,
    place: Place,
    connection: &mut Connection<'_>,
) -> Result<(), sqlx::Error> {
    let sql = "UPDATE rebuild_checkpoints SET position = ?, event_id = ? WHERE projection = ? AND shard = ?";
    let moved = Statement::new(sql).bind(place.position).bind(place.event_id);
    connection.execute(moved.bind(projection.name()).bind(place.shard)).await.map(drop)
}

/// Sets an order's state, where it is one of these. Answers whether it was.
pub(crate) async fn set(
    projection: Projection,
    from: &[RebuildState],
    to: RebuildState,
    cause: Option<&str>,
    connection: &mut Connection<'_>,
) -> Result<bool, sqlx::Error> {
    let names: Vec<_> = from.iter().map(|state| format!("'{}'", state.name())).collect();
    let sql = format!(
        "UPDATE rebuilds SET state = ?, cause = ? WHERE projection = ? AND state IN ({})",
        names.join(", ")
    );
    let set = Statement::new(sql).bind(to.name()).bind(cause).bind(projection.name());
    Ok(connection.execute(set).await? == 1)
}

/// Begins, where nothing is under way. Answers whether it did.
async fn begin(projection: Projection, shards: u16, connection: &mut Connection<'_>) -> Result<bool, Error> {
    let known = all(connection).await?.into_iter().find(|order| order.projection == projection);
    if known.as_ref().is_some_and(|order| order.state.is_under_way()) {
        return Ok(false);
    }
    let generation = known.map_or(1, |order| order.generation + 1);
    let sql = "INSERT INTO rebuilds (projection, state, generation, worked_ms, is_indexed) VALUES (?, ?, ?, 0, FALSE) \
        ON CONFLICT (projection) DO UPDATE SET state = excluded.state, generation = excluded.generation, worked_ms = 0, \
        is_indexed = FALSE, cause = NULL";
    let building = RebuildState::Building.name();
    connection.execute(Statement::new(sql).bind(projection.name()).bind(building).bind(generation)).await?;
    clear(projection, connection).await?;
    database::create(projection, Target::Beside, generation, connection).await?;
    for shard in 0..shards {
        let sql = "INSERT INTO rebuild_checkpoints (projection, shard, position) VALUES (?, ?, 0)";
        connection.execute(Statement::new(sql).bind(projection.name()).bind(shard)).await?;
    }
    Ok(true)
}

/// Takes away what stands beside.
pub(crate) async fn clear(
    projection: Projection,
    connection: &mut Connection<'_>,
) -> Result<(), sqlx::Error> {
    connection.run(&format!("DROP TABLE IF EXISTS {}", Target::Beside.table(projection))).await?;
    let forget = Statement::new("DELETE FROM rebuild_checkpoints WHERE projection = ?");
    connection.execute(forget.bind(projection.name())).await.map(drop)
}

impl Projections {
    /// Asks that projections are built anew from the log, each beside the running one, which goes on answering and
    /// applying until the new one takes its place. What is under way already goes on where it is, also after a pause.
    /// A running [`crate::Runner`] carries it out, or [`Projections::carry_out_rebuilds`].
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn rebuild(&self, projections: &[Projection]) -> Result<(), Error> {
        let mut session = self.writer().await?;
        let mut transaction = session.begin().await?;
        let connection = &mut transaction.connection();
        for &projection in projections {
            if !begin(projection, self.log().shards(), connection).await? {
                let from = [RebuildState::Paused, RebuildState::Stopped];
                set(projection, &from, RebuildState::Building, None, connection).await?;
            }
        }
        transaction.commit().await?;
        session.close().await?;
        self.ask();
        Ok(())
    }

    /// Pauses what is being built. Answers which of them it was.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn pause(&self, projections: &[Projection]) -> Result<Vec<Projection>, Error> {
        self.turn_to(projections, &[RebuildState::Building], RebuildState::Paused).await
    }

    /// Goes on with what was paused, or has stopped. Answers which of them it was.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn resume(&self, projections: &[Projection]) -> Result<Vec<Projection>, Error> {
        let from = [RebuildState::Paused, RebuildState::Stopped];
        self.turn_to(projections, &from, RebuildState::Building).await
    }

    /// Gives up what is under way; the running tables stay as they are. Answers which of them it was.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn cancel(&self, projections: &[Projection]) -> Result<Vec<Projection>, Error> {
        let from = [RebuildState::Building, RebuildState::Paused, RebuildState::Stopped];
        self.turn_to(projections, &from, RebuildState::Cancelled).await
    }

    async fn turn_to(
        &self,
        projections: &[Projection],
        from: &[RebuildState],
        to: RebuildState,
    ) -> Result<Vec<Projection>, Error> {
        let mut session = self.writer().await?;
        let mut transaction = session.begin().await?;
        let connection = &mut transaction.connection();
        let mut turned = Vec::new();
        for &projection in projections {
            if set(projection, from, to, None, connection).await? {
                turned.push(projection);
                if to == RebuildState::Cancelled {
                    clear(projection, connection).await?;
                }
            }
        }
        transaction.commit().await?;
        session.close().await?;
        self.ask();
        Ok(turned)
    }
}

impl Place {
    /// The checkpoint that a projection has once its new table has taken the running one's place.
    pub(crate) fn checkpoint(self, running: &Checkpoint) -> Checkpoint {
        Checkpoint { position: self.position, event_id: self.event_id, stopped: None, ..running.clone() }
    }
}
