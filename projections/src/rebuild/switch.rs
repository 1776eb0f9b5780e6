use baohan_log::StoredEvent;

use super::changes::Memory;
use super::order::{self, Place, RebuildState};
use super::shard::{Group, add_time};
use crate::applier::follows;
use crate::checkpoint::{self, Checkpoint};
use crate::database::{Connection, Dialect, Target};
use crate::error::{ApplyError, Error};
use crate::heads;
use crate::projection::Projection;

/// The most events that the switch itself applies: the runner waits meanwhile, some tenths of a second.
pub(super) const SWITCH_EVENTS_MAX: u64 = 2_000;
/// How long the switch waits for readers of the old table. Those who come later wait behind it, so it gives up soon, and
/// tries again.
const WAIT_FOR_READERS: &str = "SET LOCAL lock_timeout = '2s'";

/// How a switch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switched {
    /// The new tables answer.
    Done,
    /// The running ones went on too far meanwhile.
    Behind,
    /// Somebody paused it or gave it up.
    Interrupted,
}

impl Group {
    /// Puts the new tables into the running ones' place, in one transaction. They are never behind what the running ones
    /// had: nobody who has read something finds it gone.
    pub(super) async fn switch(&self) -> Result<Switched, Error> {
        let mut session = self.projections.writer().await?;
        let mut transaction = session.begin().await?;
        let connection = &mut transaction.connection();
        if connection.dialect() == Dialect::Postgres {
            connection.run(WAIT_FOR_READERS).await?;
        }
        let shards = self.projections.log().shards();
        let mut running = Vec::new();
        for shard in 0..shards {
            // Whoever applies a shard waits here until the switch is done.
            running.extend(checkpoint::held(connection, shard, &Projection::ALL).await?);
        }
        let orders = order::all(connection).await?;
        let is_ours = |member: &Projection| {
            orders.iter().any(|order| order.projection == *member && order.state == RebuildState::Building)
        };
        if !self.members.iter().all(is_ours) {
            return Ok(Switched::Interrupted);
        }
        let mut moved = Vec::new();
        for shard in 0..shards {
            let mine: Vec<_> = running
                .iter()
                .filter(|checkpoint| {
                    checkpoint.shard == shard && self.members.contains(&checkpoint.projection)
                })
                .collect();
            match self.meet(shard, &mine, connection).await? {
                Some(place) => moved.extend(mine.into_iter().map(|checkpoint| place.checkpoint(checkpoint))),
                None => return Ok(Switched::Behind),
            }
        }
        for &member in &self.members {
            replace(member, connection).await?;
            if let Some(worked) = self.worked(std::time::Duration::ZERO) {
                for &member in &self.members {
                    add_time(member, worked, connection).await?;
                }
            }
        }
        checkpoint::save(connection, &moved).await?;
        transaction.commit().await?;
        session.close().await?;
        Ok(Switched::Done)
    }

    /// Applies what the running tables have and the new ones have not. Nothing, where that is too much for now.
    async fn meet(
        &self,
        shard: u16,
        running: &[&Checkpoint],
        connection: &mut Connection<'_>,
    ) -> Result<Option<Place>, Error> {
        let mut place = None;
        for &member in &self.members {
            let held = order::held(member, shard, connection).await?;
            if place.is_some() && held != place {
                return Ok(None);
            }
            place = held;
        }
        let Some(mut place) = place else { return Ok(None) };
        let furthest = running.iter().map(|checkpoint| checkpoint.position).max().unwrap_or(0);
        let missing = furthest.saturating_sub(place.position);
        if missing > SWITCH_EVENTS_MAX {
            return Ok(None);
        }
        let log = self.projections.log();
        while place.position < furthest {
            let limit = usize::try_from(furthest - place.position).unwrap_or(usize::MAX);
            let records: Vec<StoredEvent> = log.read(shard, place.position, limit).await?;
            follows(shard, place.position, &records)?;
            let Some(last) = records.last() else {
                let (expected, found) = (place.position + 1, heads::of(log).await?[usize::from(shard)]);
                return Err(Error::Gap { shard, expected, found });
            };
            let changes = if self.members.iter().any(|member| member.reads_events()) {
                let mut memory = Memory::new();
                memory.prepare(&records, log).await?;
                let Ok(changes) = memory.told(&records) else { return Ok(None) };
                changes
            } else {
                Vec::new()
            };
            for &member in &self.members {
                match member.apply(&records, &changes, Target::Beside, connection).await {
                    Ok(()) => {}
                    Err(ApplyError::Database(error) | ApplyError::Refused(error)) => return Err(error.into()),
                    Err(error) => return Err(Error::BentRow { table: member.name(), what: error.chain() }),
                }
            }
            place = Place { shard, position: last.position, event_id: Some(last.id) };
        }
        Ok(Some(place))
    }
}

async fn replace(member: Projection, connection: &mut Connection<'_>) -> Result<(), Error> {
    let (running, beside) = (Target::Running.table(member), Target::Beside.table(member));
    connection.run(&format!("DROP TABLE {running}")).await?;
    connection.run(&format!("ALTER TABLE {beside} RENAME TO {running}")).await?;
    order::clear(member, connection).await?;
    order::set(member, &[RebuildState::Building], RebuildState::Done, None, connection).await?;
    Ok(())
}
