use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::column;
use super::incarnation;
use crate::error::Error;

/// How often a store that is open for reading alone asks for the head, in milliseconds.
const WATCH_MS: u64 = 250;

/// The newest durable record of the shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) position: u64,
    /// When that record was stored: the next is not before it.
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) incarnation: Uuid,
}

/// The head of a store that was used before. A head that is not the last record's position means that the file was changed
/// by others, and nothing may go on from it.
pub(super) async fn fetch(connection: &mut SqliteConnection) -> Result<Head, Error> {
    let row = sqlx::query(
        "SELECT position, incarnation, (SELECT max(position) FROM events),
                (SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1)
           FROM heads WHERE shard = 0",
    )
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| Error::Damaged("there is no head".to_owned()))?;
    let position = column::number(&row, 0)?;
    let last: u64 = column::maybe_small(&row, 2)?.unwrap_or(0);
    if position != last {
        return Err(Error::Damaged(format!("the head says {position}, the last event has {last}")));
    }
    Ok(Head {
        position,
        recorded_at: column::maybe_time(&row, 3)?.unwrap_or_default(),
        incarnation: column::id(&row, 1)?,
    })
}

/// The head of a store that may be new; a new one gets its incarnation.
pub(super) async fn found(connection: &mut SqliteConnection) -> Result<Head, Error> {
    let made = sqlx::query(
        "INSERT INTO heads (shard, position, incarnation) VALUES (0, 0, ?) ON CONFLICT DO NOTHING",
    )
    .bind(Uuid::new_v4().as_bytes().as_slice())
    .execute(&mut *connection)
    .await?;
    let head = fetch(connection).await?;
    if made.rows_affected() == 1 {
        incarnation::begin(connection, 1, head.incarnation).await?;
    }
    Ok(head)
}

/// What the head says; a row that is not there or cannot be read says that there is nothing.
pub(super) async fn newest<'c>(readers: impl SqliteExecutor<'c>) -> Result<(u64, Uuid), Error> {
    let row = sqlx::query("SELECT position, incarnation FROM heads WHERE shard = 0")
        .fetch_optional(readers)
        .await?;
    let position = row.as_ref().and_then(|row| column::number(row, 0).ok());
    let incarnation = row.as_ref().and_then(|row| column::id(row, 1).ok());
    Ok((position.unwrap_or_default(), incarnation.unwrap_or_default()))
}

/// The newest position as the database has it now.
pub(super) async fn position(readers: &SqlitePool) -> Result<u64, Error> {
    Ok(newest(readers).await?.0)
}

/// Tells of the commits of another process, as long as it lives.
pub(super) struct Watching(JoinHandle<()>);

impl Watching {
    pub(super) fn start(
        readers: SqlitePool,
        heads: watch::Sender<u64>,
        incarnations: watch::Sender<Uuid>,
    ) -> Self {
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(WATCH_MS)).await;
                match newest(&readers).await {
                    Ok((position, incarnation)) => {
                        incarnations.send_replace(incarnation);
                        heads.send_if_modified(|head| std::mem::replace(head, position) != position);
                    }
                    Err(Error::Closed) => return,
                    Err(error) => tracing::warn!(%error, "cannot read the head of the log"),
                }
            }
        }))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}
