use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::chore::Chore;
use crate::error::{AppendError, Error};
use crate::event::{Append, StoredEvent};
use crate::journal::{JournalEntry, JournalId};

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

/// An append on its way.
pub(super) struct Pending {
    pub(super) append: Append,
    /// Where its events go in the transaction that is being written.
    pub(super) verdict: Result<Placed, AppendError>,
    reply: oneshot::Sender<Result<Vec<StoredEvent>, AppendError>>,
}

/// Where the events of an append go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) first_position: u64,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) incarnation: Uuid,
}

impl Pending {
    pub(super) fn new(append: Append, reply: oneshot::Sender<Result<Vec<StoredEvent>, AppendError>>) -> Self {
        Self { append, verdict: Err(Error::Closed.into()), reply }
    }

    fn answer(self) {
        let answer = self.verdict.map(|placed| stored(self.append, placed));
        let _ = self.reply.send(answer);
    }
}

fn stored(append: Append, placed: Placed) -> Vec<StoredEvent> {
    let numbered = append.events.into_iter().zip(0_u64..);
    numbered
        .map(|(event, index)| StoredEvent {
            id: event.id,
            aggregate_id: append.aggregate_id,
            sequence: append.expected_sequence + 1 + index,
            event_type: event.event_type,
            event_version: event.event_version,
            payload: event.payload,
            metadata: event.metadata,
            shard: 0,
            position: placed.first_position + index,
            recorded_at: placed.recorded_at,
            incarnation: placed.incarnation,
        })
        .collect()
}

impl Command {
    /// About how much it writes.
    pub(super) fn bytes(&self) -> usize {
        let body = |entry: &JournalEntry| entry.body.as_ref().map_or(0, Bytes::len);
        match self {
            Self::Append(pending) => {
                let events: usize = pending.append.events.iter().map(|event| event.payload.len()).sum();
                events + pending.append.journal.as_ref().map_or(0, body)
            }
            Self::Record(entry, _) => body(entry),
            Self::Chore(_) | Self::Overwrite(_) | Self::Renew(..) | Self::Close => 0,
        }
    }

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
            Self::Append(pending) => drop(pending.reply.send(Err(error.into()))),
            Self::Record(_, reply) | Self::Renew(_, reply) => drop(reply.send(Err(error))),
            Self::Chore(chore) => chore.fail(error),
            Self::Overwrite(reply) => drop(reply.send(Err(error))),
            Self::Close => {}
        }
    }
}
