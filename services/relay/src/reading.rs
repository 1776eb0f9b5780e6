use std::time::Duration;

use baohan_log::{Log, StoredEvent};

use crate::failure::Failure;
use crate::fence::{Fence, Mark};

/// Most events that are read at once: few enough that some are read while others are made records and others are sent, and that a
/// shard holds some megabytes.
const SLICE_EVENTS_MAX: usize = 2_000;
/// Bytes of payload that are read at once at most; it follows the size of the events before.
const SLICE_BYTES_WANTED: usize = 4 * 1024 * 1024;
/// The size of an event before any has come, in bytes: some times the usual.
const EVENT_BYTES_GUESSED: usize = 16 * 1024;
/// How often the store is asked though nothing has woken us: another process may have written, and a store may have been changed
/// under us.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Events of one shard as the store has them, one after the other, each with its leaf hash.
pub(crate) struct Slice {
    pub events: Vec<(StoredEvent, [u8; 32])>,
    /// Whether the store held more, as far as one looked.
    pub more_waits: bool,
}

impl Slice {
    pub(crate) fn of(events: Vec<StoredEvent>, more_waits: bool) -> Self {
        let hashed = |event: StoredEvent| {
            let leaf_hash = event.leaf_hash();
            (event, leaf_hash)
        };
        Self { events: events.into_iter().map(hashed).collect(), more_waits }
    }

    fn mark(&self) -> Option<Mark> {
        let (last, leaf_hash) = self.events.last()?;
        Some(Mark { position: last.position, leaf_hash: *leaf_hash })
    }
}

/// Reads a shard's events, slice after slice.
pub(crate) struct Reading {
    log: Log,
    shard: u16,
    /// The last event that was read.
    last: Option<Mark>,
    event_bytes: usize,
}

impl Reading {
    /// Goes on behind what stands on the topic.
    pub(crate) fn new(log: Log, shard: u16, last: Option<Mark>) -> Self {
        Self { log, shard, last, event_bytes: EVENT_BYTES_GUESSED }
    }

    /// The next slice; waits until something was stored.
    pub(crate) async fn next(&mut self) -> Result<Slice, Failure> {
        let mut woken = self.log.watch();
        loop {
            woken.borrow_and_update();
            if let Some(slice) = self.try_next().await? {
                return Ok(slice);
            }
            let position = self.last.map_or(0, |last| last.position);
            let something_new = async {
                // Other shards' events wake us as well.
                while self.log.head(self.shard) <= position {
                    if woken.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            };
            // Whoever comes first.
            let _ = tokio::time::timeout(ASK_AGAIN_AFTER, something_new).await;
        }
    }

    /// The next slice, if anything waits. Compares what was read last with the store, every time.
    pub(crate) async fn try_next(&mut self) -> Result<Option<Slice>, Failure> {
        let limit = (SLICE_BYTES_WANTED / self.event_bytes).clamp(1, SLICE_EVENTS_MAX);
        let events = self.read(limit).await?;
        if events.is_empty() {
            return Ok(None);
        }
        let more_waits = events.len() >= limit;
        let bytes: usize = events.iter().map(|event| event.payload.len()).sum();
        self.event_bytes = (bytes / events.len()).max(1);
        let hashing = tokio::task::spawn_blocking(move || Slice::of(events, more_waits));
        let slice = hashing.await.map_err(|_| Failure::Ending)?;
        self.last = slice.mark().or(self.last);
        Ok(Some(slice))
    }

    /// The next events. The one before them is read along and compared with what we know of it: a store that is another than it
    /// was, or behind the topic, is met here before anything is sent.
    async fn read(&self, limit: usize) -> Result<Vec<StoredEvent>, Failure> {
        let Some(last) = self.last else {
            return self.in_order(self.log.read(self.shard, 0, limit).await?, 1);
        };
        let mut events = self.log.read(self.shard, last.position - 1, limit + 1).await?;
        if events.is_empty() {
            return Err(self.ahead(last).await?.into());
        }
        let before = events.remove(0);
        if before.position != last.position {
            return Err(Failure::Gap { expected: last.position, found: before.position });
        }
        let leaf_hash = before.leaf_hash();
        if leaf_hash != last.leaf_hash {
            return Err(Failure::Fence(Fence::Differs {
                shard: self.shard,
                position: last.position,
                topic: hex::encode(last.leaf_hash),
                store: hex::encode(leaf_hash),
            }));
        }
        self.in_order(events, last.position + 1)
    }

    fn in_order(&self, events: Vec<StoredEvent>, first: u64) -> Result<Vec<StoredEvent>, Failure> {
        for (event, expected) in events.iter().zip(first..) {
            if event.position != expected || event.shard != self.shard {
                return Err(Failure::Gap { expected, found: event.position });
            }
        }
        Ok(events)
    }

    /// What is to be told where the store ends before the topic.
    async fn ahead(&self, last: Mark) -> Result<Fence, Failure> {
        let heads = self.log.heads().await?;
        let head = heads.get(usize::from(self.shard)).copied().unwrap_or(0);
        let newest = match head {
            0 => None,
            head => self.log.read(self.shard, head - 1, 1).await?.pop(),
        };
        Ok(Fence::Ahead {
            shard: self.shard,
            position: last.position,
            topic: hex::encode(last.leaf_hash),
            head,
            store: newest.map_or_else(|| "none".to_owned(), |newest| hex::encode(newest.leaf_hash())),
        })
    }
}
