use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::chore::Work;
use super::command::Command;
use super::connection::Place;
use super::head::{self, Watching};
use super::lockfile::Lockfile;
use super::turns::Turns;
use super::writer::{QUEUE_MAX, Writer};
use super::{kept, migrations};
use crate::error::{AppendError, Error};
use crate::event::{Append, StoredEvent};
use crate::journal::{JournalEntry, JournalId};
use crate::log::{Now, Options};
use crate::pending::Pending;

/// SQLite has one file and one writer, so one shard.
const SHARDS: u16 = 1;
/// The shard that all belongs to.
const SHARD: u16 = 0;

/// The store behind a [`crate::Log`]: a pool that reads, and a queue to the one task that writes.
#[derive(Clone)]
pub(crate) struct Store(Arc<Shared>);

struct Shared {
    readers: SqlitePool,
    heads: watch::Receiver<u64>,
    incarnation: watch::Receiver<Uuid>,
    /// The ledger's own id.
    ledger: Uuid,
    now: Now,
    turns: Turns,
    access: Access,
}

enum Access {
    Writing { commands: mpsc::Sender<Command>, task: Mutex<Option<JoinHandle<()>>> },
    Reading { _watching: Watching },
}

impl Store {
    pub(crate) async fn open(options: &Options) -> Result<Self, Error> {
        let place = Place::of(&options.url)?;
        let shared =
            if options.read_only { read(&place, options).await? } else { write(place, options).await? };
        Ok(Self(Arc::new(shared)))
    }

    #[expect(clippy::unused_self, reason = "another store has more than one, fixed when it was made")]
    pub(crate) fn shards(&self) -> u16 {
        SHARDS
    }

    pub(crate) fn incarnation(&self) -> Uuid {
        *self.0.incarnation.borrow()
    }

    pub(crate) fn ledger(&self) -> Uuid {
        self.0.ledger
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.0.now)()
    }

    pub(super) fn held_turns(&self) -> &Turns {
        &self.0.turns
    }

    pub(crate) fn head(&self, shard: u16) -> u64 {
        if shard < SHARDS { *self.0.heads.borrow() } else { 0 }
    }

    pub(crate) async fn heads(&self) -> Result<Vec<u64>, Error> {
        Ok(vec![head::position(self.readers()).await?])
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.0.heads.clone()
    }

    pub(crate) fn is_read_only(&self) -> bool {
        matches!(self.0.access, Access::Reading { .. })
    }

    pub(crate) async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT position FROM heads").fetch_one(self.readers()).await?;
        Ok(())
    }

    pub(crate) async fn append(&self, append: Append) -> Result<Vec<StoredEvent>, AppendError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Append(Box::new(Pending::new(append, SHARD, reply)))).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    pub(crate) async fn record(&self, entry: JournalEntry) -> Result<JournalId, Error> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Record(Box::new(entry), reply)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Has the writer do something in its next transaction, and answers after the commit. The work may run more than once.
    pub(super) async fn write<A, F>(&self, work: F) -> Result<A, Error>
    where
        A: Send + 'static,
        F: for<'c> Fn(&'c mut SqliteConnection) -> BoxFuture<'c, Result<A, Error>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Chore(Box::new(Work::new(work, reply)))).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Returns once the bytes of what was erased before are overwritten.
    pub(super) async fn overwrite(&self) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Overwrite(reply)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    pub(super) async fn send(&self, command: Command) -> Result<(), Error> {
        match &self.0.access {
            Access::Writing { commands, .. } => commands.send(command).await.map_err(|_| Error::Closed),
            Access::Reading { .. } => Err(Error::ReadOnly),
        }
    }

    pub(super) fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }

    pub(crate) async fn close(&self) {
        self.0.readers.close().await;
        self.0.turns.end();
        if let Access::Writing { commands, task } = &self.0.access {
            let mut task = task.lock().await;
            if let Some(running) = task.take() {
                // It ends by itself where the queue is closed already.
                let _ = commands.send(Command::Close).await;
                if let Err(error) = running.await {
                    tracing::error!(%error, "the writer of the log ended by a fault");
                }
            }
        }
    }
}

async fn read(place: &Place, options: &Options) -> Result<Shared, Error> {
    let readers = place.readers();
    let mut connection = readers.acquire().await?;
    migrations::check(&mut connection, place).await?;
    // Whoever only reads may be one who looks for what is wrong: only what would go on from the head must be sure of it.
    let (position, incarnation) = head::newest(&mut *connection).await?;
    let ledger = kept::ledger(&mut connection).await?;
    drop(connection);
    let (heads, watched) = watch::channel(position);
    let (incarnations, incarnation) = watch::channel(incarnation);
    let access = Access::Reading { _watching: Watching::start(readers.clone(), heads, incarnations) };
    let (now, turns) = (options.now.clone(), Turns::default());
    Ok(Shared { readers, heads: watched, incarnation, ledger, now, turns, access })
}

async fn write(place: Place, options: &Options) -> Result<Shared, Error> {
    place.make_folder()?;
    let lock = Lockfile::take(place.path())?;
    let mut connection = place.writer().await?;
    migrations::run(&mut connection, &place).await?;
    let head = head::found(&mut connection).await?;
    let ledger = kept::ledger(&mut connection).await?;
    let readers = place.readers();
    let (heads, watched) = watch::channel(head.position);
    let (commands, queue) = mpsc::channel(QUEUE_MAX);
    let (incarnations, incarnation) = watch::channel(head.incarnation);
    let (now, turns) = (options.now.clone(), Turns::default());
    let writer = Writer::new(place, connection, head, (heads, incarnations), now.clone(), lock);
    let access = Access::Writing { commands, task: Mutex::new(Some(tokio::spawn(writer.run(queue)))) };
    Ok(Shared { readers, heads: watched, incarnation, ledger, now, turns, access })
}
