use baohan_domain::upcast::UnreadableEvent;

use crate::projection::Projection;
use crate::status::Stopped;

/// Why a projection did not answer, or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The projections' database.
    #[error("the projections' database is not available")]
    Database(#[from] sqlx::Error),
    /// The log.
    #[error("the log is not available")]
    Log(#[from] baohan_log::Error),
    /// The projections had not caught up within the time that the caller gave.
    #[error("the projections are {events} events behind the log")]
    Behind {
        /// How many events are not applied yet, over all shards.
        events: u64,
    },
    /// A projection has stopped at an event and will not catch up by itself.
    #[error("projection {} stands still at position {} of shard {shard}: {}", .projection.name(), .stopped.position, .stopped.cause)]
    StandsStill {
        /// Which.
        projection: Projection,
        /// In which shard.
        shard: u16,
        /// Where, and why.
        stopped: Stopped,
    },
    /// The cursor was not made by this list.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// More rows than one answer holds; the range must be narrowed.
    #[error("more than {rows_max} rows in the range")]
    TooMany {
        /// The most rows of an answer.
        rows_max: u32,
    },
    /// The log did not answer with the position that follows.
    #[error("shard {shard} has a gap: expected position {expected}, found {found}")]
    Gap {
        /// In which shard.
        shard: u16,
        /// The position that should follow.
        expected: u64,
        /// The position that came.
        found: u64,
    },
    /// A row is not what its projection writes.
    #[error("a row of {table} cannot be read: {what}")]
    BentRow {
        /// In which table.
        table: &'static str,
        /// What of it.
        what: String,
    },
    /// The file holds tables that are not ours.
    #[error("the projections' file holds other tables; it must be a file of its own")]
    Foreign,
    /// A database takes its time, far too much of it.
    #[error("a database does not answer in time")]
    Hangs,
    /// The process is ending.
    #[error("the work was given up, since the process ends")]
    Ending,
    /// The projections are opened for reading only.
    #[error("the projections are opened for reading only")]
    ReadOnly,
    /// The url names neither a SQLite file nor a database of PostgreSQL.
    #[error("the projections' url of kind {0:?} names no database (sqlite:PATH or postgres://…)")]
    Url(String),
}

/// Why an event could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The stored record is no event that this ledger knows.
    #[error("the record cannot be read")]
    Unreadable(#[from] UnreadableEvent),
    /// The event does not follow from what the projection holds.
    #[error("{event} does not follow: {what}")]
    DoesNotFollow {
        /// The event's name.
        event: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// A state cannot be written as JSON.
    #[error("the state cannot be written")]
    Unwritable(#[from] serde_json::Error),
    /// The database refuses the row.
    #[error("the database refuses the row")]
    Refused(#[source] sqlx::Error),
    /// The database does not work just now; the batch is tried again.
    #[error("the projections' database is not available")]
    Database(#[source] sqlx::Error),
}

impl ApplyError {
    /// Whether it is the event's fault, so that trying again changes nothing.
    #[must_use]
    pub fn is_the_events_fault(&self) -> bool {
        !matches!(self, Self::Database(_))
    }

    /// The error and what lies under it, in one line.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            line.push_str(": ");
            line.push_str(&error.to_string());
            source = error.source();
        }
        line
    }
}

/// SQLite's primary result codes that say that the values are at fault: TOOBIG, CONSTRAINT, MISMATCH.
const SQLITE_CODES: [i32; 3] = [18, 19, 20];
/// PostgreSQL's classes that say so: data exception, constraint violation, a limit of the program exceeded (an index
/// takes no value of that size), and what a trigger raises.
const POSTGRES_CLASSES: [&str; 4] = ["22", "23", "54", "P0"];

impl From<sqlx::Error> for ApplyError {
    fn from(error: sqlx::Error) -> Self {
        let refuses = |code: &str| match code.parse::<i32>() {
            Ok(number) if code.len() < 5 => SQLITE_CODES.contains(&(number & 0xff)),
            _ => POSTGRES_CLASSES.iter().any(|class| code.starts_with(class)),
        };
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.is_some_and(|code| refuses(&code)) { Self::Refused(error) } else { Self::Database(error) }
    }
}
