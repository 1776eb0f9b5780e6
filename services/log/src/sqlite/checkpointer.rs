use std::sync::Arc;

use sqlx::SqliteConnection;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::connection::Place;
use crate::error::Error;

/// About so many bytes go into the write-ahead log between two checkpoints: more would write the ends of the tables less often, and
/// let the log's file grow.
const BETWEEN_BYTES: usize = 16 << 20;
/// What a command writes beside its own bytes, about: the page of the aggregates' index, and its share of the others.
const BESIDE_BYTES: usize = 6 << 10;

/// Moves pages from the write-ahead log into the database while the writer goes on, so that no commit waits for all of it. What comes
/// meanwhile stays behind, and is moved by a commit once the log has its full length.
pub(super) struct Checkpointer {
    written_bytes: usize,
    due: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Checkpointer {
    pub(super) fn start(place: Place) -> Self {
        let due = Arc::new(Notify::new());
        let task = tokio::spawn(run(place, due.clone()));
        Self { written_bytes: 0, due, task }
    }

    /// Tells what a commit has written.
    pub(super) fn committed(&mut self, commands: usize, bytes: usize) {
        self.written_bytes += bytes + commands * BESIDE_BYTES;
        if self.written_bytes >= BETWEEN_BYTES {
            self.written_bytes = 0;
            self.due.notify_one();
        }
    }

    /// Ends it, so that no connection but the writer's is left.
    pub(super) async fn end(self) {
        self.task.abort();
        // It was aborted, which is what was wanted.
        let _ = self.task.await;
    }
}

async fn run(place: Place, due: Arc<Notify>) {
    let mut connection = None;
    loop {
        due.notified().await;
        match checkpoint(&place, connection.take()).await {
            Ok(open) => connection = Some(open),
            // The writer's own checkpoint does it instead, later and within a commit.
            Err(error) => tracing::warn!(%error, "the write-ahead log was not moved"),
        }
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
