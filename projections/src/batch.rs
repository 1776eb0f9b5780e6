//! One batch of a shard: what its records say, and how it is written with the checkpoints in one transaction.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use baohan_domain::{Guarantee, evolve, upcast};
use baohan_log::{Log, StoredEvent};
use uuid::Uuid;

use crate::change::Change;
use crate::checkpoint::{self, Checkpoint};
use crate::database::{Connection, Session, Target};
use crate::error::{ApplyError, Error};
use crate::projection::Projection;
use crate::source::Origin;
use crate::states::{Known, States};
use crate::status::Stopped;

/// Projections at the same position, and the records that follow it.
pub(crate) struct Batch<'a> {
    pub shard: u16,
    pub projections: Vec<Projection>,
    pub records: &'a [StoredEvent],
    pub told: Told<'a>,
    /// Where the records were read.
    pub source: Origin,
}

/// What records say, as far as they can be read.
#[derive(Default)]
pub(crate) struct Told<'a> {
    pub changes: Vec<Change<'a>>,
    /// Why the record behind the last change cannot be read.
    pub unreadable: Option<ApplyError>,
}

impl<'a> Told<'a> {
    /// Reads the records and folds them onto the guarantees, as they are remembered or as the log tells them.
    pub(crate) async fn read(
        records: &'a [StoredEvent],
        states: &mut States,
        log: &Log,
    ) -> Result<Self, Error> {
        let mut known = begin(records, states, log).await?;
        let mut told = Self { changes: Vec::with_capacity(records.len()), unreadable: None };
        for stored in records {
            let event = match upcast::read(&stored.event_type, &stored.event_version, &stored.payload) {
                Ok(event) => event,
                Err(error) => {
                    told.unreadable = Some(error.into());
                    break;
                }
            };
            let id = stored.aggregate_id;
            let before = match known.get(&id) {
                _ if stored.sequence == 1 => Known { begins: stored.position, ..Known::default() },
                Some(known) if known.version + 1 == stored.sequence => known.clone(),
                _ => match Known::from_log(log, id, stored.sequence).await? {
                    Ok(known) => known,
                    Err(error) => {
                        told.unreadable = Some(error.into());
                        break;
                    }
                },
            };
            let (before, begins) = (before.guarantee, before.begins);
            let after = Arc::new(evolve(Guarantee::clone(&before), &event));
            known.insert(id, Known { version: stored.sequence, begins, guarantee: Arc::clone(&after) });
            told.changes.push(Change { stored, begins, event, before, after });
        }
        Ok(told)
    }

    /// Remembers how the guarantees stand now.
    pub(crate) fn remember(&self, states: &mut States) {
        for change in &self.changes {
            let (version, begins) = (change.stored.sequence, change.begins);
            let known = Known { version, begins, guarantee: Arc::clone(&change.after) };
            states.put(change.stored.aggregate_id, known);
        }
    }
}

/// The guarantees that the batch goes on from. What is not remembered comes from the log and not from the stored states: finding those by
/// their ids would take an index of random ids here, which costs every new guarantee a page of its own.
async fn begin(
    records: &[StoredEvent],
    states: &mut States,
    log: &Log,
) -> Result<HashMap<Uuid, Known>, Error> {
    let mut seen = HashSet::new();
    let mut known = HashMap::new();
    let mut missing = Vec::new();
    for stored in records.iter().filter(|stored| seen.insert(stored.aggregate_id)) {
        let id = stored.aggregate_id;
        match states.get(id) {
            _ if stored.sequence == 1 => {}
            Some(remembered) if remembered.version + 1 == stored.sequence => {
                known.insert(id, remembered);
            }
            _ => missing.push((id, stored.sequence)),
        }
    }
    for (id, _, told) in Known::all_from_log(log, missing).await? {
        // What cannot be read is told where the batch comes to it.
        known.extend(told.ok().map(|told| (id, told)));
    }
    Ok(known)
}

impl Batch<'_> {
    /// Writes the batch. `None`: the checkpoints were moved by somebody else meanwhile, and nothing is written.
    pub(crate) async fn write(
        &self,
        expected: &[Checkpoint],
        session: &mut Session,
    ) -> Result<Option<Vec<Checkpoint>>, Error> {
        for careful in [false, true] {
            let mut transaction = session.begin().await?;
            let connection = &mut transaction.connection();
            let members: Vec<_> = expected.iter().map(|checkpoint| checkpoint.projection).collect();
            if checkpoint::held(connection, self.shard, &members).await? != expected {
                return Ok(None);
            }
            let applied = if careful {
                self.one_by_one(expected, connection).await
            } else {
                self.at_once(expected, connection).await
            };
            let moved = match applied {
                Ok(moved) => moved,
                Err(error) if error.is_the_events_fault() && !careful => {
                    transaction.rollback().await?;
                    continue;
                }
                Err(ApplyError::Database(error) | ApplyError::Refused(error)) => return Err(error.into()),
                Err(error) => return Err(Error::BentRow { table: "checkpoints", what: error.chain() }),
            };
            checkpoint::save(connection, &moved).await?;
            transaction.commit().await?;
            return Ok(Some(moved));
        }
        Ok(None)
    }

    /// The usual way: every projection takes all.
    async fn at_once(
        &self,
        expected: &[Checkpoint],
        connection: &mut Connection<'_>,
    ) -> Result<Vec<Checkpoint>, ApplyError> {
        let mut moved = Vec::with_capacity(self.projections.len());
        for &projection in &self.projections {
            let records = &self.records[..self.readable_by(projection)];
            projection.apply(records, &self.told.changes, Target::Running, connection).await?;
            moved.extend(self.moved(projection, records.len(), None, expected));
        }
        Ok(moved)
    }

    /// After a fault: each event by itself, so that the one at fault is found, and only what cannot take it stops.
    async fn one_by_one(
        &self,
        expected: &[Checkpoint],
        connection: &mut Connection<'_>,
    ) -> Result<Vec<Checkpoint>, ApplyError> {
        let mut moved = Vec::with_capacity(self.projections.len());
        for &projection in &self.projections {
            let readable = self.readable_by(projection);
            let mut applied = readable;
            let mut cause = None;
            for index in 0..readable {
                let mut savepoint = connection.savepoint().await?;
                let (record, changes) = (&self.records[index..=index], self.told.changes.get(index..=index));
                let (changes, within) = (changes.unwrap_or_default(), &mut savepoint.connection());
                match projection.apply(record, changes, Target::Running, within).await {
                    Ok(()) => savepoint.commit().await?,
                    Err(error) if error.is_the_events_fault() => {
                        savepoint.rollback().await?;
                        applied = index;
                        cause = Some(error.chain());
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
            moved.extend(self.moved(projection, applied, cause, expected));
        }
        Ok(moved)
    }

    fn readable_by(&self, projection: Projection) -> usize {
        if projection.reads_events() { self.told.changes.len() } else { self.records.len() }
    }

    /// Where a projection stands after so many records of the batch; nothing where it stands as before.
    fn moved(
        &self,
        projection: Projection,
        applied: usize,
        cause: Option<String>,
        expected: &[Checkpoint],
    ) -> Option<Checkpoint> {
        let unreadable = || self.told.unreadable.as_ref().map(ApplyError::chain);
        let cause = cause.or_else(|| if projection.reads_events() { unreadable() } else { None });
        let stopped = cause.and_then(|cause| {
            let position = self.records.get(applied)?.position;
            Some(Stopped { position, cause })
        });
        let last = applied.checked_sub(1).and_then(|last| self.records.get(last));
        if last.is_none() && stopped.is_none() {
            return None;
        }
        let before = expected.iter().find(|checkpoint| checkpoint.projection == projection)?;
        Some(Checkpoint {
            projection,
            shard: self.shard,
            position: last.map_or(before.position, |last| last.position),
            event_id: last.map_or(before.event_id, |last| Some(last.id)),
            stopped,
            epoch: before.epoch,
            source: Some(self.source),
        })
    }
}
