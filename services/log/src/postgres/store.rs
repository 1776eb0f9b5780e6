use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgPool;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::command::Command;
use super::connection::Place;
use super::heads::Heads;
use super::lane::{Lane, QUEUE_MAX};
use super::loading::Loading;
use super::telling::Telling;
use super::{incarnation, kept, listening, migrations, partitions};
use crate::error::{AppendError, Error};
use crate::event::{Append, StoredEvent, Stream};
use crate::journal::{JournalEntry, JournalId};
use crate::log::{Now, Options};
use crate::pending::Pending;
use crate::shard::shard_of;

/// Lanes that write side by side, at most. Few: what shares a lane shares its round trips and its waits for the disk.
const LANES_MAX: usize = 3;
/// Processors for each lane, and for each that loads: with fewer, two of them would only halve each other's batches.
const PROCESSORS_A_LANE: usize = 2;
/// The smallest pool: one connection listens.
const POOL_MIN: u32 = 3;
/// How long closing waits for turns to be given back, in milliseconds; they end by themselves too.
const CLOSING_MS: u64 = 2_000;

/// The store behind a [`crate::Log`]: lanes that write, loaders, and a pool for all else.
#[derive(Clone)]
pub(crate) struct Store(Arc<Shared>);

struct Shared {
    pool: PgPool,
    heads: Heads,
    loading: Loading,
    /// Absent: it is open for reading alone.
    lanes: Option<Lanes>,
    /// The ledger's own id.
    ledger: Uuid,
    now: Now,
    closing: watch::Sender<bool>,
}

/// The queues to the lanes, in order: a shard's is the one of its number modulo theirs.
struct Lanes {
    commands: Vec<mpsc::Sender<Command>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    pub(crate) async fn open(options: &Options) -> Result<Self, Error> {
        let place = Place::of(&options.url)?;
        let mut connection = place.for_tables().await?;
        let side_by_side = side_by_side();
        let beside = u32::try_from(2 * side_by_side).unwrap_or(0);
        let pool = place.pool(options.connections.saturating_sub(beside).max(POOL_MIN), options.read_only);
        if options.read_only {
            migrations::check(&mut connection, &place).await?;
        } else {
            migrations::run(&mut connection, &place, options).await?;
            partitions::make(&mut connection, 1).await?;
            // Before the heads are read: where two open the store at once, the one that finds it renewed must read what the other wrote.
            incarnation::of_server(&mut connection).await?;
        }
        let ledger = kept::ledger(&mut connection).await?;
        let heads = Heads::of(&pool).await?;
        let (closing, is_closing) = watch::channel(false);
        let lanes = if options.read_only {
            None
        } else {
            let size = partitions::size(&mut connection).await?;
            tokio::spawn(partitions::keep_making(place.clone(), heads.clone(), size, is_closing.clone()));
            Some(Lanes::start(&place, &heads, &pool, options, side_by_side))
        };
        let loading = Loading::start(&place, &is_closing, side_by_side);
        tokio::spawn(listening::run(pool.clone(), heads.clone(), is_closing));
        let now = options.now.clone();
        Ok(Self(Arc::new(Shared { pool, heads, loading, lanes, ledger, now, closing })))
    }

    pub(crate) fn shards(&self) -> u16 {
        self.0.heads.shards()
    }

    pub(crate) fn incarnation(&self) -> Uuid {
        self.0.heads.incarnation()
    }

    pub(crate) fn ledger(&self) -> Uuid {
        self.0.ledger
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.0.now)()
    }

    pub(crate) fn head(&self, shard: u16) -> u64 {
        self.0.heads.position(shard)
    }

    pub(crate) async fn heads(&self) -> Result<Vec<u64>, Error> {
        Ok(self.0.heads.refresh(&self.0.pool).await?.0)
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.0.heads.watch()
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.0.lanes.is_none()
    }

    pub(crate) async fn ping(&self) -> Result<(), Error> {
        self.rows(|| sqlx::query("SELECT position FROM heads WHERE shard = 0")).await?;
        Ok(())
    }

    pub(crate) async fn append(&self, append: Append) -> Result<Vec<StoredEvent>, AppendError> {
        let (reply, answer) = oneshot::channel();
        let shard = shard_of(append.aggregate_id, self.shards());
        let lanes = self.lanes()?;
        lanes.send(shard, Command::Append(Box::new(Pending::new(append, shard, reply)))).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    pub(crate) async fn record(&self, entry: JournalEntry) -> Result<JournalId, Error> {
        let (reply, answer) = oneshot::channel();
        // A call belongs to no shard; its own id spreads it over the lanes.
        let lanes = self.lanes()?;
        let lane = shard_of(entry.id, lanes.count());
        lanes.send(lane, Command::Record(Box::new(entry), reply)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    pub(crate) async fn load(&self, aggregate_id: Uuid) -> Result<Stream, Error> {
        if *self.0.closing.borrow() {
            return Err(Error::Closed);
        }
        self.0.loading.load(aggregate_id, shard_of(aggregate_id, self.shards())).await
    }

    pub(crate) async fn close(&self) {
        self.0.closing.send_replace(true);
        if let Some(lanes) = &self.0.lanes {
            lanes.close().await;
        }
        let given_back = self.0.closing.closed();
        if tokio::time::timeout(Duration::from_millis(CLOSING_MS), given_back).await.is_err() {
            tracing::warn!("the log is closed before all of its turns were given back");
        }
        self.0.pool.close().await;
    }

    /// Refuses where it is open for reading alone.
    pub(super) fn must_write(&self) -> Result<(), Error> {
        self.lanes().map(|_| ())
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    pub(super) fn known_heads(&self) -> &Heads {
        &self.0.heads
    }

    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    fn lanes(&self) -> Result<&Lanes, Error> {
        self.0.lanes.as_ref().ok_or(Error::ReadOnly)
    }
}

/// How many lanes there are, and how many that load.
fn side_by_side() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    (processors / PROCESSORS_A_LANE).clamp(1, LANES_MAX)
}

impl Lanes {
    fn start(place: &Place, heads: &Heads, pool: &PgPool, options: &Options, lanes_max: usize) -> Self {
        let telling = Telling::start(pool.clone(), heads.shards());
        let mut lanes = Self { commands: Vec::new(), tasks: Mutex::default() };
        for _ in 0..lanes_max.min(usize::from(heads.shards())) {
            let (commands, queue) = mpsc::channel(QUEUE_MAX);
            let lane = Lane {
                place: place.clone(),
                session: None,
                heads: heads.clone(),
                now: options.now.clone(),
                telling: telling.clone(),
            };
            lanes.commands.push(commands);
            lanes.tasks.get_mut().push(tokio::spawn(lane.run(queue)));
        }
        lanes
    }

    fn count(&self) -> u16 {
        u16::try_from(self.commands.len()).unwrap_or(u16::MAX)
    }

    async fn send(&self, shard: u16, command: Command) -> Result<(), Error> {
        let lane = usize::from(shard) % self.commands.len();
        self.commands[lane].send(command).await.map_err(|_| Error::Closed)
    }

    /// They finish what was asked before. One that has ended is left alone.
    async fn close(&self) {
        let mut tasks = self.tasks.lock().await;
        for commands in &self.commands {
            let _ = commands.send(Command::Close).await;
        }
        for task in tasks.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a lane of the log ended by a fault");
            }
        }
    }
}
