use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Error;
use crate::journal::JournalEntry;
use crate::log::Log;
use crate::store::each;

/// The key under which an aggregate's personal data are sealed.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyState {
    /// There never was one.
    None,
    /// It is there, wrapped under the master key.
    Wrapped(Vec<u8>),
    /// It was destroyed, and what it sealed can't be read any more.
    Destroyed {
        /// When.
        at: DateTime<Utc>,
    },
}

/// A wrapped key is no secret without the master key, and still none of its bytes belong in a log line.
impl std::fmt::Debug for KeyState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => formatter.write_str("None"),
            Self::Wrapped(_) => formatter.write_str("Wrapped(***)"),
            Self::Destroyed { at } => formatter.debug_struct("Destroyed").field("at", at).finish(),
        }
    }
}

/// What an erasure came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// When the key was destroyed: now, or at the first erasure.
    pub destroyed_at: DateTime<Utc>,
    /// Whether the key was destroyed before.
    pub repeated: bool,
    /// How many bodies were erased in the journal now.
    pub bodies: u64,
}

impl Log {
    /// Destroys an aggregate's key, erases the bodies of its calls in the journal (those that brought its events, those that
    /// name it, and those under the same platform and application number that name nobody else) and keeps `entry` of it,
    /// in one transaction; then the old bytes are overwritten in the file too. Asked again, it erases what has come since.
    /// Absent: there is no such aggregate, and nothing was done.
    pub async fn erase_key(&self, aggregate_id: Uuid, entry: JournalEntry) -> Result<Option<Erasure>, Error> {
        each!(self.store(), store => store.erase_key(aggregate_id, entry).await)
    }
}
