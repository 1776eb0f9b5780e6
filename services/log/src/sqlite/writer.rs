use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::batch;
use super::checkpointer::Checkpointer;
use super::command::Command;
use super::connection::Place;
use super::head::{self, Head};
use super::lockfile::Lockfile;
use super::rows::Inserts;
use crate::error::Error;
use crate::fault;
use crate::gathering::{Gathering, Waits};
use crate::log::Now;

/// Commands that wait at most; beyond it, callers wait to be let in. Each may hold a message of up to a mebibyte.
pub(super) const QUEUE_MAX: usize = 1_024;
/// Commands of one transaction at most: enough that the disk's wait is shared by many, few enough that none waits long for it.
pub(super) const BATCH_MAX: usize = 256;

/// The one that writes: takes what waits, writes it in one transaction, and answers after the commit.
pub(super) struct Writer {
    place: Place,
    /// Absent: it broke, and is opened again for the next batch.
    connection: Option<SqliteConnection>,
    /// The newest durable record. Absent: a transaction failed, so it is read again.
    head: Option<Head>,
    heads: watch::Sender<u64>,
    incarnations: watch::Sender<Uuid>,
    now: Now,
    inserts: Inserts,
    checkpointer: Checkpointer,
    /// Held as long as it writes.
    _lock: Lockfile,
}

impl Writer {
    pub(super) fn new(
        place: Place,
        connection: SqliteConnection,
        head: Head,
        (heads, incarnations): (watch::Sender<u64>, watch::Sender<Uuid>),
        now: Now,
        lock: Lockfile,
    ) -> Self {
        let (connection, head) = (Some(connection), Some(head));
        let checkpointer = Checkpointer::start(place.clone());
        Self {
            place,
            connection,
            head,
            heads,
            incarnations,
            now,
            inserts: Inserts::new(),
            checkpointer,
            _lock: lock,
        }
    }

    /// Works until it is told to close, or nobody is left who could ask.
    pub(super) async fn run(mut self, queue: mpsc::Receiver<Command>) {
        let mut gathering = Gathering::of(queue, BATCH_MAX);
        while let Some(batch) = gathering.next().await {
            if batch.iter().any(|command| matches!(command, Command::Close)) {
                gathering.close();
            }
            self.settle(batch).await;
        }
        self.end().await;
    }

    async fn settle(&mut self, mut batch: Vec<Command>) {
        let Err(error) = self.transact(&mut batch).await else {
            self.checkpointer.committed(batch.len(), batch.iter().map(Waits::bytes).sum());
            if let Some(connection) = &mut self.connection
                && batch.iter().any(|command| matches!(command, Command::Overwrite(_)))
            {
                let _pause = self.checkpointer.pause().await;
                overwrite(connection).await;
            }
            batch.into_iter().for_each(Command::answer);
            return;
        };
        if batch.len() == 1 || !fault::is_of_one_command(&error) {
            tracing::warn!(%error, commands = batch.len(), "a transaction of the log failed");
            for command in batch {
                command.fail(error.clone());
            }
            return;
        }
        // One of them is refused for its own sake, and only alone it can be told which.
        for command in batch {
            let mut alone = [command];
            let outcome = self.transact(&mut alone).await;
            let [command] = alone;
            match outcome {
                Ok(()) => command.answer(),
                Err(error) => command.fail(error),
            }
        }
    }

    /// Writes a batch durably, or nothing of it.
    async fn transact(&mut self, batch: &mut [Command]) -> Result<(), Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.place.writer().await?,
        };
        let outcome = self.write(&mut connection, batch).await;
        if outcome.is_ok() {
            self.connection = Some(connection);
            return outcome;
        }
        self.head = None;
        self.connection = roll_back(connection).await;
        outcome
    }

    async fn write(&mut self, connection: &mut SqliteConnection, batch: &mut [Command]) -> Result<(), Error> {
        let head = if let Some(head) = self.head {
            head
        } else {
            let head = head::fetch(connection).await?;
            self.publish(head);
            head
        };
        let head = batch::write(connection, &self.inserts, head, (self.now)(), batch).await?;
        self.publish(head);
        Ok(())
    }

    /// Only what is durable is published, and before anybody is answered.
    fn publish(&mut self, head: Head) {
        self.head = Some(head);
        self.incarnations
            .send_if_modified(|held| std::mem::replace(held, head.incarnation) != head.incarnation);
        self.heads.send_if_modified(|position| std::mem::replace(position, head.position) != head.position);
    }

    async fn end(mut self) {
        // The database is whole without it too; it only spares the next start the work.
        self.checkpointer.end().await;
        if let Some(connection) = &mut self.connection {
            overwrite(connection).await;
        }
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the log was not closed cleanly");
        }
    }
}

/// Moves the write-ahead log into the database and cuts it, so that older pages lie nowhere any more. What was erased is erased
/// without it too; where it does not come through now, a later checkpoint does the same.
async fn overwrite(connection: &mut SqliteConnection) {
    match sqlx::query_as::<_, (i64, i64, i64)>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await
    {
        Ok((0, _, _)) => {}
        Ok(_) => tracing::warn!("a reader keeps the write-ahead log from being cut"),
        Err(error) => tracing::warn!(%error, "the write-ahead log is not cut yet"),
    }
}

/// Ends what is left of a failed transaction. A connection on which even that fails is given up.
async fn roll_back(mut connection: SqliteConnection) -> Option<SqliteConnection> {
    match sqlx::query("ROLLBACK").execute(&mut connection).await {
        Ok(_) => Some(connection),
        // SQLite has ended the transaction itself, or it never began.
        Err(error) if error.to_string().contains("no transaction is active") => Some(connection),
        Err(error) => {
            tracing::warn!(%error, "the log's connection is given up");
            None
        }
    }
}
