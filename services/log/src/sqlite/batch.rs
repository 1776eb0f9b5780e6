use chrono::{DateTime, SubsecRound, Utc};
use sqlx::SqliteConnection;

use super::column::stored;
use super::command::Command;
use super::head::Head;
use super::incarnation;
use super::known::Known;
use super::rows::{Inserts, Rows};
use crate::error::Error;
use crate::pending::{Pending, Placed};

/// Writes what commands ask for in one transaction, and answers the head after it. On an error the transaction is left to
/// be rolled back. A command that is refused has that in its verdict, and nothing of it is written.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    inserts: &Inserts,
    head: Head,
    now: DateTime<Utc>,
    commands: &mut [Command],
) -> Result<Head, Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let head = incarnation::renew(connection, head, incarnation::asked(commands)).await?;
    let mut appends: Vec<&mut Pending> = commands.iter_mut().filter_map(append).collect();
    let recorded_at = now.trunc_subsecs(6).max(head.recorded_at);
    let mut known = Known::of(connection, &appends).await?;
    let mut position = head.position;
    for pending in &mut appends {
        pending.verdict = known.admit(&pending.append).map(|()| {
            let first_position = position + 1;
            position += pending.append.events.len() as u64;
            Placed { first_position, recorded_at, incarnation: head.incarnation }
        });
    }
    let moved = Head { position, recorded_at, ..head };
    Rows::of(commands).insert(connection, inserts).await?;
    for command in commands.iter_mut() {
        if let Command::Chore(chore) = command {
            chore.carry_out(connection).await?;
        }
    }
    if moved.position == head.position {
        sqlx::query("COMMIT").execute(&mut *connection).await?;
        return Ok(head);
    }
    let touched = sqlx::query("UPDATE heads SET position = ? WHERE shard = 0 AND position = ?")
        .bind(stored(moved.position))
        .bind(stored(head.position))
        .execute(&mut *connection)
        .await?;
    if touched.rows_affected() != 1 {
        return Err(Error::Damaged("somebody else moved the head".to_owned()));
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(moved)
}

fn append(command: &mut Command) -> Option<&mut Pending> {
    match command {
        Command::Append(pending) => Some(pending),
        Command::Record(..)
        | Command::Chore(_)
        | Command::Overwrite(_)
        | Command::Renew(..)
        | Command::Close => None,
    }
}
