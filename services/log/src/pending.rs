use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::error::{AppendError, Error};
use crate::event::{Append, StoredEvent};
use crate::journal::JournalEntry;

/// An append on its way to a store's writer.
pub(crate) struct Pending {
    pub(crate) append: Append,
    pub(crate) shard: u16,
    /// Where its events go in the transaction that is being written, or why they do not.
    pub(crate) verdict: Result<Placed, AppendError>,
    reply: oneshot::Sender<Result<Vec<StoredEvent>, AppendError>>,
}

/// Where the events of an append go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) first_position: u64,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) incarnation: Uuid,
}

impl Pending {
    pub(crate) fn new(
        append: Append,
        shard: u16,
        reply: oneshot::Sender<Result<Vec<StoredEvent>, AppendError>>,
    ) -> Self {
        Self { append, shard, verdict: Err(Error::Closed.into()), reply }
    }

    /// About how much it writes.
    pub(crate) fn bytes(&self) -> usize {
        let events: usize = self.append.events.iter().map(|event| event.payload.len()).sum();
        events + self.append.journal.as_ref().map_or(0, body_bytes)
    }

    /// Tells the verdict. Whoever asked may have gone; then nobody needs the answer.
    pub(crate) fn answer(self) {
        let (append, shard) = (self.append, self.shard);
        let _ = self.reply.send(self.verdict.map(|placed| stored(append, shard, placed)));
    }

    /// Tells that nothing of it is stored.
    pub(crate) fn fail(self, error: Error) {
        let _ = self.reply.send(Err(error.into()));
    }
}

/// How much a call's message takes.
pub(crate) fn body_bytes(entry: &JournalEntry) -> usize {
    entry.body.as_ref().map_or(0, Bytes::len)
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
