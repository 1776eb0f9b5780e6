//! The answer to a batch got lost with its connection: whether it is stored is found out before anybody is answered.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use sqlx::postgres::PgConnection;
use tokio::time::Instant;
use uuid::Uuid;

use super::command::Command;
use super::connection::{Identity, Place, answered};
use super::events::{columns, event};
use crate::error::{Error, Outage};
use crate::event::{Append, StoredEvent};
use crate::pending::Placed;

/// How long it is tried to find out, in milliseconds. A server that comes back after a crash takes some seconds; callers wait no longer.
const FINDING_MS: u64 = 15_000;
/// The first wait between two tries, in milliseconds, and the longest.
const WAIT_MS: (u64, u64) = (20, 1_000);
/// How long the server gets to end the lost connection's process, in milliseconds.
const ENDING_MS: i64 = 2_000;

/// What was found.
pub(super) struct Found {
    /// Commands that are stored, with their verdicts.
    pub(super) stored: Vec<Command>,
    /// Commands that are not stored, and never will be.
    pub(super) not_stored: Vec<Command>,
    /// How far shards are at least.
    pub(super) heads: Vec<(u16, u64)>,
}

/// Finds out which commands of a lost connection are stored; the commands come back where the server does not.
pub(super) async fn find(
    place: &Place,
    lost: &Identity,
    commands: Vec<Command>,
) -> Result<Found, Vec<Command>> {
    let deadline = Instant::now() + Duration::from_millis(FINDING_MS);
    let waits = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(WAIT_MS.0))
        .with_max_delay(Duration::from_millis(WAIT_MS.1))
        .without_max_times()
        .with_jitter();
    for wait in waits.build() {
        match ask(place, lost, &commands).await {
            Ok(Some(seen)) => return Ok(seen.sort(commands)),
            Ok(None) => {
                tracing::warn!(process = lost.process, "the lost connection's process does not end yet");
            }
            Err(error) => tracing::warn!(%error, "cannot find out yet whether a transaction is stored"),
        }
        if Instant::now() + wait > deadline {
            break;
        }
        tokio::time::sleep(wait).await;
    }
    Err(commands)
}

/// What a caller is told where it could not be found out.
pub(super) fn unknown(error: sqlx::Error) -> Error {
    Error::Unavailable { outage: Outage::Unknown, source: Arc::new(error) }
}

/// What the store has of some commands.
struct Seen {
    events: HashMap<Uuid, StoredEvent>,
    calls: HashSet<Uuid>,
}

/// Absent: the server still works on it, so nothing can be said yet.
async fn ask(place: &Place, lost: &Identity, commands: &[Command]) -> Result<Option<Seen>, sqlx::Error> {
    let mut session = place.session().await?;
    let connection = &mut session.connection;
    answered(async {
        if !has_ended(connection, lost).await? {
            return Ok(None);
        }
        Ok(Some(Seen {
            events: events(connection, commands).await?,
            calls: calls(connection, commands).await?,
        }))
    })
    .await
}

/// Ends the process that served the lost connection: it might still wait for a lock, and write after we have looked.
async fn has_ended(connection: &mut PgConnection, lost: &Identity) -> Result<bool, sqlx::Error> {
    let ended: Option<bool> = sqlx::query_scalar(
        "SELECT pg_terminate_backend(pid, $3) FROM pg_stat_get_activity(NULL) WHERE pid = $1 AND backend_start = $2",
    )
    .bind(lost.process)
    .bind(lost.began)
    .bind(ENDING_MS)
    .fetch_optional(connection)
    .await?;
    Ok(ended.unwrap_or(true))
}

async fn events(
    connection: &mut PgConnection,
    commands: &[Command],
) -> Result<HashMap<Uuid, StoredEvent>, sqlx::Error> {
    let ids: Vec<Uuid> =
        appends(commands).flat_map(|append| append.events.iter().map(|event| event.id)).collect();
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM event_ids AS i JOIN events AS e ON e.shard = i.shard AND e.position = i.position WHERE i.id = ANY ($1)"
    ))
    .bind(ids)
    .fetch_all(connection)
    .await?;
    // What cannot be read is no event of ours.
    let events = rows.iter().filter_map(|row| event(row).ok());
    Ok(events.map(|event| (event.id, event)).collect())
}

async fn calls(connection: &mut PgConnection, commands: &[Command]) -> Result<HashSet<Uuid>, sqlx::Error> {
    let ids: Vec<Uuid> = commands
        .iter()
        .filter_map(|command| match command {
            Command::Record(entry, _) => Some(entry.id),
            Command::Append(_) | Command::Close => None,
        })
        .collect();
    let found: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM journal WHERE id = ANY ($1)")
        .bind(ids)
        .fetch_all(connection)
        .await?;
    Ok(found.into_iter().collect())
}

fn appends(commands: &[Command]) -> impl Iterator<Item = &Append> {
    commands.iter().filter_map(|command| match command {
        Command::Append(pending) => Some(&pending.append),
        Command::Record(..) | Command::Close => None,
    })
}

impl Seen {
    fn sort(&self, commands: Vec<Command>) -> Found {
        let mut found = Found { stored: Vec::new(), not_stored: Vec::new(), heads: Vec::new() };
        for mut command in commands {
            let is_stored = match &mut command {
                Command::Append(pending) => match self.place_of(&pending.append) {
                    Some(placed) => {
                        let last = placed.first_position + pending.append.events.len() as u64 - 1;
                        found.heads.push((pending.shard, last));
                        pending.verdict = Ok(placed);
                        true
                    }
                    None => false,
                },
                Command::Record(entry, _) => self.calls.contains(&entry.id),
                Command::Close => false,
            };
            if is_stored { &mut found.stored } else { &mut found.not_stored }.push(command);
        }
        found
    }

    /// An append's events are stored together; an id that is another aggregate's says nothing of it.
    fn place_of(&self, append: &Append) -> Option<Placed> {
        let first = append.events.first().and_then(|event| self.events.get(&event.id))?;
        let is_it =
            first.aggregate_id == append.aggregate_id && first.sequence == append.expected_sequence + 1;
        is_it.then_some(Placed {
            first_position: first.position,
            recorded_at: first.recorded_at,
            incarnation: first.incarnation,
        })
    }
}
