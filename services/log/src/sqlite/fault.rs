use std::sync::Arc;

use crate::error::{Error, Outage};

// Result codes of SQLite, <https://www.sqlite.org/rescode.html>; the lowest eight bits of an extended code.
const ERROR: u32 = 1;
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const FULL: u32 = 13;
const TOO_BIG: u32 = 18;
const CONSTRAINT: u32 = 19;
const MISMATCH: u32 = 20;

/// The primary result code, where the database gave one.
fn code(error: &sqlx::Error) -> Option<u32> {
    let extended = error.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(extended & 0xff)
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let outage = match (&error, code(&error)) {
            (sqlx::Error::PoolClosed, _) => return Self::Closed,
            (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_), _) => {
                return Self::Damaged(error.to_string());
            }
            (_, Some(ERROR | CONSTRAINT | MISMATCH | TOO_BIG)) => return Self::Rejected(Arc::new(error)),
            (_, Some(BUSY | LOCKED)) | (sqlx::Error::PoolTimedOut, _) => Outage::Locked,
            (_, Some(FULL)) => Outage::Full,
            _ => Outage::Broken,
        };
        Self::Unavailable { outage, source: Arc::new(error) }
    }
}

/// Whether an error is one command's own, so that the others of its transaction can do without it.
pub(super) fn is_of_one_command(error: &Error) -> bool {
    matches!(error, Error::Rejected(_) | Error::Invalid(_) | Error::Damaged(_))
}
