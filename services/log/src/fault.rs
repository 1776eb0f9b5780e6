//! What a database's error means for whoever asked.

use std::sync::Arc;

use sqlx::postgres::{PgDatabaseError, PgSeverity};

use crate::error::{Error, Outage};

/// Result codes of SQLite, <https://www.sqlite.org/rescode.html>; the lowest eight bits of an extended code.
mod sqlite {
    pub(super) const ERROR: u32 = 1;
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const FULL: u32 = 13;
    pub(super) const TOO_BIG: u32 = 18;
    pub(super) const CONSTRAINT: u32 = 19;
    pub(super) const MISMATCH: u32 = 20;
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolClosed) {
            return Self::Closed;
        }
        if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) {
            return Self::Damaged(error.to_string());
        }
        match outage(&error) {
            Some(outage) => Self::Unavailable { outage, source: Arc::new(error) },
            None => Self::Rejected(Arc::new(error)),
        }
    }
}

/// What makes the store unavailable; absent: it is well, and refused it for its own sake.
fn outage(error: &sqlx::Error) -> Option<Outage> {
    let Some(database) = error.as_database_error() else {
        let is_queue = matches!(error, sqlx::Error::PoolTimedOut);
        return Some(if is_queue { Outage::Locked } else { Outage::Broken });
    };
    if let Some(said) = database.try_downcast_ref::<PgDatabaseError>() {
        return of_postgres(said);
    }
    match database.code().and_then(|code| code.parse::<u32>().ok()).map(|extended| extended & 0xff) {
        Some(sqlite::ERROR | sqlite::CONSTRAINT | sqlite::MISMATCH | sqlite::TOO_BIG) => None,
        Some(sqlite::BUSY | sqlite::LOCKED) => Some(Outage::Locked),
        Some(sqlite::FULL) => Some(Outage::Full),
        _ => Some(Outage::Broken),
    }
}

/// By the class of the code, <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
fn of_postgres(said: &PgDatabaseError) -> Option<Outage> {
    if is_last_word(said) {
        return Some(Outage::Broken);
    }
    match said.code() {
        // No room on the disk, or no memory.
        "53100" | "53200" => Some(Outage::Full),
        // A lock that was not got in time, a deadlock, others who were faster, a statement that took too long.
        "55P03" | "40P01" | "40001" | "57014" => Some(Outage::Locked),
        code => match code.get(..2) {
            // What was asked cannot be done: its data, a constraint, a trigger's refusal.
            Some("22" | "23" | "P0") => None,
            // A server that does not write, lacks means, is stopped, or a fault inside it, or a right that is missing.
            _ => Some(Outage::Broken),
        },
    }
}

/// The server ends the connection with this.
fn is_last_word(said: &PgDatabaseError) -> bool {
    matches!(said.severity(), PgSeverity::Fatal | PgSeverity::Panic)
}

/// Whether an error is one command's own, so that the others of its transaction can do without it.
pub(crate) fn is_of_one_command(error: &Error) -> bool {
    matches!(error, Error::Rejected(_) | Error::Invalid(_) | Error::Damaged(_))
}

/// Whether the answer got lost, so that nobody knows whether it was done. What the server refuses by an error, and goes on, was not done.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error.as_database_error() {
        Some(database) => database.try_downcast_ref::<PgDatabaseError>().is_some_and(is_last_word),
        None => matches!(error, sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_)),
    }
}

/// Whether it will be done where it is asked again at once: others were faster, and nothing of it was done.
pub(crate) fn is_passing(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// Whether there is no partition for a row.
pub(crate) fn lacks_partition(error: &sqlx::Error) -> bool {
    let said = error.as_database_error().and_then(|said| said.try_downcast_ref::<PgDatabaseError>());
    said.is_some_and(|said| said.code() == "23514" && said.constraint().is_none())
}
