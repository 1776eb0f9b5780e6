use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use baohan_log::{Log, Tenure};
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::Instant;
use uuid::Uuid;

use crate::checkpoint;
use crate::database::{self, Connection, Dialect, Options, Pool, Session, Transaction};
use crate::error::Error;
use crate::heads;
use crate::projection::Projection;
use crate::rebuild;
use crate::runner::Runner;
use crate::source::Origin;
use crate::status::{RebuildStatus, ShardStatus, Status};

/// How often waiting looks when another process applies the events.
const POLL_PAUSE: Duration = Duration::from_millis(20);

/// How long a batch waits for those of other shards. They take some milliseconds each; where the line of one hangs, the others go on without it.
const TURN_WAITS: Duration = Duration::from_secs(1);

/// How long a look at the checkpoints may take beyond what the caller gave.
const LOOK_LASTS_MAX: Duration = Duration::from_secs(5);

/// What readers of the projections hold. Its queries stand with their projections.
#[derive(Clone)]
pub struct Projections {
    inner: Arc<Inner>,
}

struct Inner {
    log: Log,
    options: Options,
    dialect: Dialect,
    /// A name of the database, by which turns of several over one log are told apart.
    mark: Uuid,
    readers: Pool,
    ticks: watch::Sender<u64>,
    /// Moved by whoever waits for what is not applied yet.
    waiting: watch::Sender<u64>,
    asked: Notify,
    /// Held by whoever writes a batch: those of this process go in turn.
    writing: Semaphore,
}

impl Projections {
    /// Opens the projections of a log; where they are missing, of another form or of another ledger, they begin anew.
    ///
    /// # Errors
    /// When the file cannot be opened, or holds tables of somebody else.
    pub async fn open(log: Log, options: Options) -> Result<Self, Error> {
        let dialect = options.dialect()?;
        let readers = options.readers()?;
        let mark = if options.read_only {
            // Nobody may have made them yet; who only reads needs no mark.
            Uuid::nil()
        } else {
            let mut session = options.writer().await?;
            let mark = database::prepare(&mut session, &log).await?;
            session.close().await?;
            mark
        };
        let (ticks, _) = watch::channel(0);
        let (waiting, _) = watch::channel(0);
        let inner = Inner {
            log,
            options,
            dialect,
            mark,
            readers,
            ticks,
            waiting,
            asked: Notify::new(),
            writing: Semaphore::new(writers_at_once(dialect)),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What applies the log to them.
    ///
    /// # Errors
    /// When the database cannot be opened for writing.
    pub async fn runner(&self) -> Result<Runner, Error> {
        self.runner_of(&Projection::ALL).await
    }

    /// What applies the log to some of them and leaves the others where they stand, so that what one costs can be measured. Rebuilds that
    /// are asked for are carried out for all.
    ///
    /// # Errors
    /// As [`Projections::runner`].
    pub async fn runner_of(&self, members: &[Projection]) -> Result<Runner, Error> {
        Runner::new(self.clone(), members.to_vec()).await
    }

    /// Ticks after each batch that was applied in this process, and each piece of a rebuild: what waits for work looks
    /// then.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.inner.ticks.subscribe()
    }

    /// Changes when somebody in this process waits for what is not applied yet.
    pub(crate) fn hurry(&self) -> watch::Receiver<u64> {
        self.inner.waiting.subscribe()
    }

    /// Waits until all projections have applied all that was in the log at the call.
    ///
    /// # Errors
    /// [`Error::Behind`] after `within`, [`Error::StandsStill`] at once where one has stopped.
    pub async fn caught_up(&self, within: Duration) -> Result<(), Error> {
        self.caught_up_with(&Projection::ALL, within).await
    }

    /// As [`Projections::caught_up`], for those that the caller is going to ask.
    ///
    /// # Errors
    /// As there.
    pub async fn caught_up_with(&self, needed: &[Projection], within: Duration) -> Result<(), Error> {
        self.caught_up_snapshot(needed, within).await?;
        Ok(())
    }

    /// A snapshot that holds all that was in the log at the call: what is read in it is up to date, also when somebody
    /// builds the projection anew meanwhile.
    pub(crate) async fn caught_up_snapshot(
        &self,
        needed: &[Projection],
        within: Duration,
    ) -> Result<Transaction<'static>, Error> {
        let heads = heads::of(self.log()).await?;
        let tables: Vec<_> = needed.iter().map(|projection| projection.name()).collect();
        let deadline = Instant::now() + within;
        let mut ticks = self.watch();
        loop {
            ticks.borrow_and_update();
            let look = async {
                let mut snapshot = self.readers().snapshot(&tables).await?;
                let events = lag(&mut snapshot.connection(), needed, &heads).await?;
                Ok::<_, Error>((snapshot, events))
            };
            // Looking takes a moment also where nobody waits; but nobody hangs on a line that has gone.
            let looked = tokio::time::timeout_at(deadline + LOOK_LASTS_MAX, look).await;
            let (snapshot, events) = looked.map_err(|_| Error::Hangs)??;
            if events == 0 {
                return Ok(snapshot);
            }
            drop(snapshot);
            let now = Instant::now();
            if now >= deadline {
                return Err(Error::Behind { events });
            }
            self.inner.waiting.send_modify(|waiting| *waiting += 1);
            // Whether it was the tick or the time does not matter: it looks again.
            let _ = tokio::time::timeout(POLL_PAUSE.min(deadline - now), ticks.changed()).await;
        }
    }

    /// How the projections stand; sets the gauges of the metrics as well.
    ///
    /// # Errors
    /// When a database is not available.
    pub async fn status(&self, now: DateTime<Utc>) -> Result<Vec<Status>, Error> {
        let heads = heads::of(self.log()).await?;
        let mut connection = self.readers().acquire().await?;
        let checkpoints = checkpoint::all(&mut connection.connection()).await?;
        let orders = rebuild::all(&mut connection.connection()).await?;
        let mut all = Vec::with_capacity(Projection::ALL.len());
        let mut waits: HashMap<(u16, u64), f64> = HashMap::new();
        for projection in Projection::ALL {
            let mut shards = Vec::with_capacity(heads.len());
            for (shard, &head) in (0_u16..).zip(&heads) {
                let found = checkpoint::find(&checkpoints, projection, shard);
                let position = found.map_or(0, |found| found.position);
                let lag_seconds = if head > position {
                    // Most stand at the same place.
                    let known = waits.get(&(shard, position)).copied();
                    let found = match known {
                        Some(known) => known,
                        None => self.waits_for(shard, position, now).await?,
                    };
                    waits.insert((shard, position), found);
                    found
                } else {
                    0.0
                };
                shards.push(ShardStatus {
                    shard,
                    position,
                    head,
                    lag_events: head.saturating_sub(position),
                    lag_seconds,
                    source: found.and_then(|found| found.source).map(Origin::name),
                    stopped: found.and_then(|found| found.stopped.clone()),
                });
            }
            let order = orders.iter().find(|order| order.projection == projection);
            let rebuild = match order {
                Some(order) => {
                    let places = rebuild::places(projection, &mut connection.connection()).await?;
                    let done = places.iter().map(|place| place.position).sum();
                    Some(RebuildStatus::of(order, done, heads.iter().sum()))
                }
                None => None,
            };
            all.push(Status { name: projection.name(), shards, rebuild });
        }
        all.iter().for_each(Status::measure);
        Ok(all)
    }

    /// Ends the readers' connections.
    pub async fn close(&self) {
        self.inner.readers.close().await;
    }

    pub(crate) fn log(&self) -> &Log {
        &self.inner.log
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    pub(crate) fn readers(&self) -> &Pool {
        &self.inner.readers
    }

    pub(crate) async fn writer(&self) -> Result<Session, Error> {
        if self.inner.options.read_only {
            return Err(Error::ReadOnly);
        }
        self.inner.options.writer().await
    }

    /// Writes a batch when it is its turn among the batches of this process, or when one of the others seems to hang.
    pub(crate) async fn in_turn<A>(&self, write: impl Future<Output = A>) -> A {
        // Nobody closes it.
        let _writing = tokio::time::timeout(TURN_WAITS, self.inner.writing.acquire()).await;
        write.await
    }

    pub(crate) fn kafka(&self) -> Option<&baohan_topics::Settings> {
        self.inner.options.kafka.as_ref()
    }

    /// The turn to do something in this database, if nobody has it.
    pub(crate) async fn take_turn(&self, what: &str, lasts: Duration) -> Result<Option<Held>, Error> {
        if self.log().is_read_only() {
            // Who may not write to the store cannot take turns in it; the checkpoints fence him all the same.
            return Ok(Some(Held(None)));
        }
        let name = format!("projector/{}/{what}", self.inner.mark);
        Ok(self.log().take_turn(&name, lasts).await?.map(|tenure| Held(Some(tenure))))
    }

    /// A rebuild was asked for, or called off.
    pub(crate) fn ask(&self) {
        self.inner.asked.notify_one();
    }

    pub(crate) fn tick(&self) {
        self.inner.ticks.send_modify(|ticks| *ticks += 1);
    }

    /// Until a rebuild is asked for in this process.
    pub(crate) async fn asked(&self) {
        self.inner.asked.notified().await;
    }

    /// How long the first event after a position waits, in seconds.
    async fn waits_for(&self, shard: u16, position: u64, now: DateTime<Utc>) -> Result<f64, Error> {
        let next = self.log().read(shard, position, 1).await?;
        Ok(next.first().map_or(0.0, |next| (now - next.recorded_at).as_seconds_f64().max(0.0)))
    }
}

/// How many batches are written at once. SQLite takes one writer, and none waits by asking again. A server takes many, but shards are woken
/// together: were their batches written together, those who append and answer calls beside them would wait for all of them.
fn writers_at_once(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 1,
        Dialect::Postgres => std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2)),
    }
}

/// A turn that is ours.
pub(crate) struct Held(Option<Tenure>);

impl Held {
    /// Until it is lost.
    pub(crate) async fn lost(&self) {
        match &self.0 {
            Some(tenure) => tenure.lost().await,
            None => std::future::pending().await,
        }
    }

    /// Gives it back.
    pub(crate) async fn release(self) {
        if let Some(tenure) = self.0 {
            tenure.release().await;
        }
    }
}

/// How many events the slowest of the needed is behind, over all shards.
async fn lag(snapshot: &mut Connection<'_>, needed: &[Projection], heads: &[u64]) -> Result<u64, Error> {
    let checkpoints = checkpoint::all(snapshot).await?;
    let mut events = 0;
    for (shard, &head) in (0_u16..).zip(heads) {
        let mut slowest = head;
        for &projection in needed {
            let found = checkpoint::find(&checkpoints, projection, shard);
            let position = found.map_or(0, |found| found.position);
            if position >= head {
                continue;
            }
            if let Some(stopped) = found.and_then(|found| found.stopped.clone()) {
                return Err(Error::StandsStill { projection, shard, stopped });
            }
            slowest = slowest.min(position);
        }
        events += head - slowest;
    }
    Ok(events)
}
