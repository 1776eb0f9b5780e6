use sqlx::SqliteConnection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::column;
use super::command::Command;
use super::head::Head;
use super::store::Store;
use crate::error::Error;

/// The incarnation under which an event was written, as a column of its row.
macro_rules! incarnation {
    () => {
        "(SELECT i.incarnation FROM incarnations AS i WHERE i.position <= e.position ORDER BY i.position DESC, i.number DESC LIMIT 1)"
    };
}
pub(super) use incarnation;

impl Store {
    pub(crate) async fn renew_incarnation(&self) -> Result<Uuid, Error> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Renew(Uuid::new_v4(), reply)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

/// The incarnation that commands ask for; of two in one transaction the first, and both are answered with it.
pub(super) fn asked(commands: &mut [Command]) -> Option<Uuid> {
    let mut asked = None;
    for command in commands {
        if let Command::Renew(incarnation, _) = command {
            *incarnation = *asked.get_or_insert(*incarnation);
        }
    }
    asked
}

/// Gives the store a new incarnation: what is written after it has that one.
pub(super) async fn renew(
    connection: &mut SqliteConnection,
    head: Head,
    asked: Option<Uuid>,
) -> Result<Head, Error> {
    let Some(incarnation) = asked else {
        return Ok(head);
    };
    sqlx::query("UPDATE heads SET incarnation = ? WHERE shard = 0")
        .bind(incarnation.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    begin(connection, head.position + 1, incarnation).await?;
    Ok(Head { incarnation, ..head })
}

/// From a position on events are written under an incarnation.
pub(super) async fn begin(
    connection: &mut SqliteConnection,
    position: u64,
    incarnation: Uuid,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO incarnations (position, incarnation) VALUES (?, ?)")
        .bind(column::stored(position))
        .bind(incarnation.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
