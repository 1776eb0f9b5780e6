//! One shard of tables that are built beside: read ahead in large pages, folded away from the others' threads, written in
//! large transactions, each of which moves the place with the rows.

use std::sync::Mutex;
use std::time::Duration;

use baohan_log::{Log, READ_MAX, StoredEvent};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::changes::Memory;
use super::folds::{Fault, Folds};
use super::order::{self, Place, RebuildState};
use super::pace::Pace;
use crate::applier::follows;
use crate::database::{Connection, Dialect, Session, Statement, Target};
use crate::error::{ApplyError, Error};
use crate::guarantees;
use crate::handle::Projections;
use crate::projection::Projection;

/// Pages that are read ahead: the next one while this one is folded, and one that is on its way.
const PAGES_AHEAD: usize = 2;
/// How many events a transaction takes where each change is applied.
const CHANGES_A_TRANSACTION: usize = 5_000;
/// How many rows of guarantees a transaction takes. On SQLite the runner waits for it, so it is a quarter of a second;
/// on PostgreSQL they are some ten megabytes that go in one copy.
const SQLITE_ROWS: usize = 4_000;
const POSTGRES_ROWS: usize = 20_000;
/// How many events it takes at most: what a crash makes it do again.
const EVENTS_A_TRANSACTION_MAX: usize = 100_000;
/// How often the time that was worked is written down.
const SAVED_EVERY: Duration = Duration::from_secs(1);

/// How building a shard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is as far as it should go.
    Reached,
    /// Somebody paused it, gave it up, goes on himself, or the process ends.
    Interrupted,
}

/// What is built, together.
pub(super) struct Group {
    pub projections: Projections,
    /// All at the same place.
    pub members: Vec<Projection>,
    /// When the time that was worked was written down.
    pub saved: Mutex<Instant>,
    pub ending: watch::Receiver<bool>,
}

/// What is folded, and not written yet.
enum Work {
    /// The guarantees alone: only the last state of each is written.
    Folds(Folds),
    /// Every change.
    Changes(Memory),
    /// Records alone.
    Records,
}

impl Group {
    /// Builds a shard up to a position.
    pub(super) async fn build(&self, shard: u16, up_to: u64) -> Result<Outcome, Error> {
        let mut session = self.projections.writer().await?;
        let Some(mut place) = self.place(shard, &mut session.connection()).await? else {
            return Ok(Outcome::Interrupted);
        };
        if place.position >= up_to {
            return Ok(Outcome::Reached);
        }
        let limit = if self.folds() { READ_MAX } else { CHANGES_A_TRANSACTION };
        let mut pages = read_ahead(self.projections.log().clone(), shard, place.position, up_to, limit);
        let mut work = if self.folds() {
            Work::Folds(Folds::default())
        } else if self.members.iter().any(|member| member.reads_events()) {
            Work::Changes(Memory::new())
        } else {
            Work::Records
        };
        let mut read = place;
        let mut resting = Pace::begin(self.projections.log());
        while read.position < up_to {
            let Some(page) = pages.recv().await else { return Ok(Outcome::Interrupted) };
            let page = page?;
            follows(shard, read.position, &page)?;
            let Some(last) = page.last() else { return Ok(Outcome::Interrupted) };
            read = Place { shard, position: last.position, event_id: Some(last.id) };
            let is_last = read.position >= up_to;
            let written = self.take(&mut work, page, (place, read, is_last), &mut session).await;
            match written {
                Ok(Some(written)) => place = written,
                Ok(None) => return Ok(Outcome::Interrupted),
                Err(Failed::Fault(fault)) => {
                    self.stop(shard, &fault, &mut session.connection()).await?;
                    return Ok(Outcome::Interrupted);
                }
                Err(Failed::Error(error)) => return Err(error),
            }
            resting.rest(&mut self.ending.clone()).await;
            if *self.ending.borrow() {
                return Ok(Outcome::Interrupted);
            }
        }
        Ok(Outcome::Reached)
    }

    fn folds(&self) -> bool {
        self.members == [Projection::Guarantees]
    }

    /// Where all of them stand; nothing where they stand apart, or are not there.
    async fn place(&self, shard: u16, connection: &mut Connection<'_>) -> Result<Option<Place>, Error> {
        let mut all = Vec::new();
        for &member in &self.members {
            all.extend(
                order::places(member, connection).await?.into_iter().filter(|place| place.shard == shard),
            );
        }
        let first = all.first().copied();
        let is_same = all.len() == self.members.len() && all.iter().all(|place| Some(*place) == first);
        Ok(if is_same { first } else { None })
    }

    /// Takes a page, and writes what is due. Answers the place of what is written; nothing, where somebody interferes.
    async fn take(
        &self,
        work: &mut Work,
        page: Vec<StoredEvent>,
        (place, read, is_last): (Place, Place, bool),
        session: &mut Session,
    ) -> Result<Option<Place>, Failed> {
        let log = self.projections.log();
        match work {
            Work::Folds(folds) => {
                let missing = folds.missing(&page);
                folds.load(missing, log).await?;
                let mut taken = std::mem::take(folds);
                // Some tenths of a second of pure work: not on a thread that answers others.
                let folding = tokio::task::spawn_blocking(move || {
                    let folded = taken.take(&page);
                    (taken, folded)
                });
                let folded;
                (*folds, folded) = folding.await.map_err(|_| Error::Ending)?;
                folded?;
                let rows_max = match session.connection().dialect() {
                    Dialect::Sqlite => SQLITE_ROWS,
                    Dialect::Postgres => POSTGRES_ROWS,
                };
                let events = usize::try_from(read.position - place.position).unwrap_or(usize::MAX);
                if !is_last && folds.touched() < rows_max && events < EVENTS_A_TRANSACTION_MAX {
                    return Ok(Some(place));
                }
                let written = self.write_folds(folds, (place, read), session).await?;
                folds.written();
                Ok(written.then_some(read))
            }
            Work::Changes(memory) => {
                memory.prepare(&page, log).await?;
                let changes = memory.told(&page)?;
                let mut transaction = session.begin().await.map_err(Error::from)?;
                let connection = &mut transaction.connection();
                if !self.may_write(place, connection).await? {
                    return Ok(None);
                }
                for &member in &self.members {
                    let applied = member.apply(&page, &changes, Target::Beside, connection).await;
                    if let Err(error) = applied {
                        if !error.is_the_events_fault() {
                            return Err(failed(error));
                        }
                        drop(transaction);
                        return Err(self.find_fault(member, &page, &changes, session, error).await?);
                    }
                }
                self.moved(read, connection).await?;
                transaction.commit().await.map_err(Error::from)?;
                self.save_time(&mut session.connection()).await?;
                Ok(Some(read))
            }
            Work::Records => {
                let mut transaction = session.begin().await.map_err(Error::from)?;
                let connection = &mut transaction.connection();
                if !self.may_write(place, connection).await? {
                    return Ok(None);
                }
                for &member in &self.members {
                    member.apply(&page, &[], Target::Beside, connection).await.map_err(failed)?;
                }
                self.moved(read, connection).await?;
                transaction.commit().await.map_err(Error::from)?;
                self.save_time(&mut session.connection()).await?;
                Ok(Some(read))
            }
        }
    }

    async fn write_folds(
        &self,
        folds: &Folds,
        (place, read): (Place, Place),
        session: &mut Session,
    ) -> Result<bool, Failed> {
        let at = |error| Failed::Fault(Fault { position: read.position, error });
        let (new, known) = folds.rows().map_err(at)?;
        let mut transaction = session.begin().await.map_err(Error::from)?;
        let connection = &mut transaction.connection();
        if !self.may_write(place, connection).await? {
            return Ok(false);
        }
        let fault = |error: ApplyError| if error.is_the_events_fault() { at(error) } else { failed(error) };
        guarantees::pour(&new, Target::Beside, connection).await.map_err(fault)?;
        guarantees::put(&known, Target::Beside, connection).await.map_err(fault)?;
        self.moved(read, connection).await?;
        transaction.commit().await.map_err(Error::from)?;
        self.save_time(&mut session.connection()).await?;
        Ok(true)
    }

    /// Whether the tables are still ours to build, and stand where we believe. Holds their places.
    async fn may_write(&self, place: Place, connection: &mut Connection<'_>) -> Result<bool, Error> {
        for &member in &self.members {
            if order::held(member, place.shard, connection).await? != Some(place) {
                return Ok(false);
            }
        }
        let orders = order::all(connection).await?;
        Ok(self.members.iter().all(|member| {
            let order = orders.iter().find(|order| order.projection == *member);
            order.is_some_and(|order| order.state == RebuildState::Building)
        }))
    }

    async fn moved(&self, read: Place, connection: &mut Connection<'_>) -> Result<(), Error> {
        for &member in &self.members {
            order::move_place(member, read, connection).await?;
        }
        Ok(())
    }

    /// After a transaction: tells who waits for progress, and writes down how long it is worked, now and then.
    async fn save_time(&self, connection: &mut Connection<'_>) -> Result<(), Error> {
        self.projections.tick();
        // On a busy machine the database may have answered before it is waited for, piece after piece: who waits for
        // progress in the same task looks here.
        tokio::task::yield_now().await;
        let Some(worked) = self.worked(SAVED_EVERY) else { return Ok(()) };
        for &member in &self.members {
            add_time(member, worked, connection).await?;
        }
        Ok(())
    }

    /// The time since it was written down, if it is that much.
    pub(super) fn worked(&self, at_least: Duration) -> Option<Duration> {
        let mut saved = self.saved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (now, since) = (Instant::now(), *saved);
        let worked = now.duration_since(since);
        if worked < at_least {
            return None;
        }
        *saved = now;
        Some(worked)
    }

    /// Looks for the one event that a projection cannot apply, in a transaction that comes to nothing.
    async fn find_fault(
        &self,
        member: Projection,
        page: &[StoredEvent],
        changes: &[crate::change::Change<'_>],
        session: &mut Session,
        error: ApplyError,
    ) -> Result<Failed, Error> {
        let mut transaction = session.begin().await?;
        let connection = &mut transaction.connection();
        let first = page.first().map_or(0, |stored| stored.position);
        let mut fault = Fault { position: first, error };
        for (index, stored) in page.iter().enumerate() {
            let changes = changes.get(index..=index).unwrap_or_default();
            let applied = member.apply(&page[index..=index], changes, Target::Beside, connection).await;
            if let Err(error) = applied {
                fault = Fault { position: stored.position, error };
                break;
            }
        }
        transaction.rollback().await?;
        Ok(Failed::Fault(fault))
    }

    /// None of them goes on before somebody has looked at it.
    async fn stop(&self, shard: u16, fault: &Fault, connection: &mut Connection<'_>) -> Result<(), Error> {
        let (position, chain) = (fault.position, fault.error.chain());
        let cause = format!("position {position} of shard {shard}: {chain}");
        for &member in &self.members {
            let from = [RebuildState::Building];
            order::set(member, &from, RebuildState::Stopped, Some(&cause), connection).await?;
            let name = member.name();
            tracing::error!(projection = name, cause, "the rebuild of {name} stops at {cause}");
        }
        Ok(())
    }
}

pub(super) async fn add_time(
    member: Projection,
    worked: Duration,
    connection: &mut Connection<'_>,
) -> Result<(), Error> {
    let worked = u64::try_from(worked.as_millis()).unwrap_or(u64::MAX);
    let sql = "UPDATE rebuilds SET worked_ms = worked_ms + ? WHERE projection = ?";
    connection.execute(Statement::new(sql).bind(worked).bind(member.name())).await?;
    Ok(())
}

/// Why a page could not be taken.
enum Failed {
    /// An event is at fault: trying again changes nothing.
    Fault(Fault),
    /// A database is not available.
    Error(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn failed(error: ApplyError) -> Failed {
    match error {
        ApplyError::Database(error) | ApplyError::Refused(error) => Error::Database(error).into(),
        other => Error::BentRow { table: "rebuild_checkpoints", what: other.chain() }.into(),
    }
}

/// Reads pages of a shard in a task of its own, a few ahead.
fn read_ahead(
    log: Log,
    shard: u16,
    mut after: u64,
    up_to: u64,
    limit: usize,
) -> mpsc::Receiver<Result<Vec<StoredEvent>, Error>> {
    let (pages, read) = mpsc::channel(PAGES_AHEAD);
    tokio::spawn(async move {
        while after < up_to {
            let wanted = usize::try_from(up_to - after).unwrap_or(limit).min(limit);
            let page = log.read(shard, after, wanted).await.map_err(Error::from);
            after = match &page {
                Ok(page) => page.last().map_or(up_to, |last| last.position),
                Err(_) => up_to,
            };
            if pages.send(page).await.is_err() {
                // Nobody builds any more.
                break;
            }
        }
    });
    read
}
