use tokio::sync::oneshot;

use crate::error::Error;
use crate::gathering::Waits;
use crate::journal::{JournalEntry, JournalId};
use crate::pending::{Pending, body_bytes};

/// What is asked of a lane.
pub(super) enum Command {
    Append(Box<Pending>),
    Record(Box<JournalEntry>, oneshot::Sender<Result<JournalId, Error>>),
    /// Do what was asked before, and end.
    Close,
}

impl Waits for Command {
    fn bytes(&self) -> usize {
        match self {
            Self::Append(pending) => pending.bytes(),
            Self::Record(entry, _) => body_bytes(entry),
            Self::Close => 0,
        }
    }
}

impl Command {
    /// How many events it brings.
    pub(super) fn events(&self) -> usize {
        match self {
            Self::Append(pending) => pending.append.events.len(),
            Self::Record(..) | Self::Close => 0,
        }
    }

    pub(super) fn answer(self) {
        match self {
            Self::Append(pending) => pending.answer(),
            Self::Record(entry, reply) => drop(reply.send(Ok(entry.id))),
            Self::Close => {}
        }
    }

    pub(super) fn fail(self, error: Error) {
        match self {
            Self::Append(pending) => pending.fail(error),
            Self::Record(_, reply) => drop(reply.send(Err(error))),
            Self::Close => {}
        }
    }
}
