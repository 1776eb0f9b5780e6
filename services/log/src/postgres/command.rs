use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::error::{AppendError, Error};
use crate::event::{Append, StoredEvent};
use crate::journal::{JournalEntry, JournalId};

/// What is asked of a lane.
pub(super) enum Command {
    Append(Box<Pending>),
    Record(Box<JournalEntry>, oneshot::Sender<Result<JournalId, Error>>),
    /// Do what was asked before, and end.
    Close,
}

/// An append on its way.
pub(super) struct Pending {
    pub(super) append: Append,
    pub(super) shard: u16,
    /// What the database said of it.
    pub(super) verdict: Result<Placed, AppendError>,
    reply: oneshot::Sender<Result<Vec<StoredEvent>, AppendError>>,
}

/// Where the events of an append went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) first_position: u64,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) incarnation: Uuid,
}

impl Pending {
    pub(super) fn new(
        append: Append,
        shard: u16,
        reply: oneshot::Sender<Result<Vec<StoredEvent>, AppendError>>,
    ) -> Self {
        Self { append, shard, verdict: Err(Error::Closed.into()), reply }
    }

    fn answer(self) {
        let (append, shard) = (self.append, self.shard);
        // Whoever asked may have gone; then nobody needs the answer.
        let _ = self.reply.send(self.verdict.map(|placed| stored(append, shard, placed)));
    }
}

fn stored(append: Append, shard: u16, placed: Placed) -> Vec<StoredEvent> {
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
            shard,
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
            Self::Close => 0,
        }
    }

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
            Self::Append(pending) => drop(pending.reply.send(Err(error.into()))),
            Self::Record(_, reply) => drop(reply.send(Err(error))),
            Self::Close => {}
        }
    }
}
