use tokio::sync::oneshot;
use uuid::Uuid;

use super::chore::Chore;
use crate::error::Error;
use crate::gathering::Waits;
use crate::journal::{JournalEntry, JournalId};
use crate::pending::{Pending, body_bytes};

/// What is asked of the writer.
pub(super) enum Command {
    Append(Box<Pending>),
    Record(Box<JournalEntry>, oneshot::Sender<Result<JournalId, Error>>),
    Chore(Box<dyn Chore>),
    /// Overwrite the bytes of what was erased, wherever they still lie.
    Overwrite(oneshot::Sender<Result<(), Error>>),
    /// Write all that follows under this incarnation.
    Renew(Uuid, oneshot::Sender<Result<Uuid, Error>>),
    /// Do what was asked before, and end.
    Close,
}

impl Waits for Command {
    fn bytes(&self) -> usize {
        match self {
            Self::Append(pending) => pending.bytes(),
            Self::Record(entry, _) => body_bytes(entry),
            Self::Chore(_) | Self::Overwrite(_) | Self::Renew(..) | Self::Close => 0,
        }
    }
}

impl Command {
    pub(super) fn answer(self) {
        match self {
            Self::Append(pending) => pending.answer(),
            // Whoever asked may have gone; then nobody needs the answer.
            Self::Record(entry, reply) => drop(reply.send(Ok(entry.id))),
            Self::Chore(chore) => chore.answer(),
            Self::Overwrite(reply) => drop(reply.send(Ok(()))),
            Self::Renew(incarnation, reply) => drop(reply.send(Ok(incarnation))),
            Self::Close => {}
        }
    }

    pub(super) fn fail(self, error: Error) {
        match self {
            Self::Append(pending) => pending.fail(error),
            Self::Record(_, reply) | Self::Renew(_, reply) => drop(reply.send(Err(error))),
            Self::Chore(chore) => chore.fail(error),
            Self::Overwrite(reply) => drop(reply.send(Err(error))),
            Self::Close => {}
        }
    }
}
