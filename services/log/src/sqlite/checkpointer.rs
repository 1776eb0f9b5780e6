use std::sync::Arc;

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard, mpsc};
use tokio::task::JoinHandle;

use super::connection::Place;
use crate::error::Error;

/// About so many bytes go into the write-ahead log between two checkpoints. More would write the ends of the tables less often, and
/// make the commits wait longer for the disk while it takes them.
const BETWEEN_BYTES: usize = 4 << 20;
/// What a command writes beside its own bytes, about: the page of the aggregates' index, and its share of the others.
const BESIDE_BYTES: usize = 6 << 10;

/// Moves pages from the write-ahead log into the database while the writer goes on, so that no commit waits for all of it. What comes
/// meanwhile stays behind, and is moved by a commit once the log has its full length.
pub(super) struct Checkpointer {
    written_bytes: usize,
    due: mpsc::Sender<()>,
    /// Held while it works: two checkpoints at once refuse each other.
    turn: Arc<Mutex<()>>,
    task: JoinHandle<()>,
}

impl Checkpointer {
    pub(super) fn start(place: Place) -> Self {
        let (due, dues) = mpsc::channel(1);
        let turn = Arc::new(Mutex::new(()));
        let task = tokio::spawn(run(place, dues, turn.clone()));
        Self { written_bytes: 0, due, turn, task }
    }

    /// Tells what a commit has written.
    pub(super) fn committed(&mut self, commands: usize, bytes: usize) {
        self.written_bytes += bytes + commands * BESIDE_BYTES;
        if self.written_bytes >= BETWEEN_BYTES {
            self.written_bytes = 0;
            // Where one is due already, that one moves these pages too.
            let _ = self.due.try_send(());
        }
    }

    /// Waits until it does not work, and keeps it from working.
    pub(super) async fn pause(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Ends it, so that no connection but the writer's is left.
    pub(super) async fn end(self) {
        drop(self.due);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the checkpointer ended by a fault");
        }
    }
}

async fn run(place: Place, mut dues: mpsc::Receiver<()>, turn: Arc<Mutex<()>>) {
    let mut connection = None;
    while dues.recv().await.is_some() {
        let _turn = turn.lock().await;
        match checkpoint(&place, connection.take()).await {
            Ok(open) => connection = Some(open),
            // A commit does it instead, later.
            Err(error) => tracing::warn!(%error, "the write-ahead log was not moved"),
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "the checkpointer's connection was not closed cleanly");
    }
}

async fn checkpoint(place: &Place, open: Option<SqliteConnection>) -> Result<SqliteConnection, Error> {
    let mut connection = match open {
        Some(connection) => connection,
        None => place.checkpointer().await?,
    };
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut connection).await?;
    Ok(connection)
}
