use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use baohan_domain::{evolve, upcast};
use baohan_log::{Log, StoredEvent};
use baohan_topics::Subject;
use futures::{StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::batch::{Batch, prepare};
use crate::failure::Failure;
use crate::fence::{Fence, Mark};
use crate::states::{Known, States};

/// Most events of one batch: few enough that one is made while another is sent, and that a shard holds some megabytes.
const BATCH_EVENTS_MAX: usize = 2_000;
/// Bytes of payload that one batch should have at most; it follows the size of the events before.
const BATCH_BYTES_WANTED: usize = 4 * 1024 * 1024;
/// The size of an event before any has come, in bytes: some times the usual.
const EVENT_BYTES_GUESSED: usize = 16 * 1024;
/// Guarantees that are loaded at the same time: the store gathers loads, and a batch of old guarantees waits for none singly.
const LOADS_AT_ONCE: usize = 64;
/// How often the store is asked though nothing has woken us: another process may have written, and a store may have been changed
/// under us.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Reads a shard's events and makes records of them.
pub(crate) struct Gathering {
    log: Log,
    shard: u16,
    /// The last event that was read.
    last: Option<Mark>,
    states: States,
    event_bytes: usize,
}

impl Gathering {
    /// Goes on behind what stands on the topic.
    pub(crate) fn new(log: Log, shard: u16, last: Option<Mark>, guarantees_max: usize) -> Self {
        Self { log, shard, last, states: States::new(guarantees_max), event_bytes: EVENT_BYTES_GUESSED }
    }

    /// The next batch; waits until something was stored.
    pub(crate) async fn next(&mut self) -> Result<Batch, Failure> {
        let mut woken = self.log.watch();
        loop {
            woken.borrow_and_update();
            if let Some(batch) = self.try_next().await? {
                return Ok(batch);
            }
            let position = self.position();
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

    /// The next batch, if anything waits. Compares what was read last with the store, every time.
    pub(crate) async fn try_next(&mut self) -> Result<Option<Batch>, Failure> {
        let limit = (BATCH_BYTES_WANTED / self.event_bytes).clamp(1, BATCH_EVENTS_MAX);
        let events = self.read(limit).await?;
        if events.is_empty() {
            return Ok(None);
        }
        let more_waits = events.len() >= limit;
        let mut guarantees = self.guarantees_before(&events).await?;
        let bytes: usize = events.iter().map(|event| event.payload.len()).sum();
        self.event_bytes = (bytes / events.len()).max(1);
        let preparing = tokio::task::spawn_blocking(move || {
            let batch = prepare(events, &mut guarantees);
            (batch, guarantees)
        });
        let (batch, guarantees) = preparing.await.map_err(|_| Failure::Ending)?;
        let mut batch = batch?;
        for (id, known) in guarantees {
            self.states.put(id, known);
        }
        if let Some(batch) = &mut batch {
            batch.more_waits = more_waits;
            self.last = Some(batch.mark);
        }
        Ok(batch)
    }

    fn position(&self) -> u64 {
        self.last.map_or(0, |last| last.position)
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

    /// The guarantees of these events as they stood before them: remembered, new, or loaded, all at once.
    async fn guarantees_before(&mut self, events: &[StoredEvent]) -> Result<HashMap<Uuid, Known>, Failure> {
        let mut seen = HashSet::new();
        let mut guarantees = HashMap::new();
        let mut missing = Vec::new();
        for event in events.iter().filter(|event| seen.insert(event.aggregate_id)) {
            let before = event.sequence.saturating_sub(1);
            match self.states.take(event.aggregate_id) {
                Some(known) if known.version == before => {
                    guarantees.insert(event.aggregate_id, known);
                }
                _ if before == 0 => {
                    guarantees.insert(event.aggregate_id, Known::default());
                }
                _ => missing.push((event.aggregate_id, before)),
            }
        }
        let log = &self.log;
        let mut loads = futures::stream::iter(missing)
            .map(async |(id, before)| Ok::<_, Failure>((id, log.load(id).await?.events, before)))
            .buffer_unordered(LOADS_AT_ONCE);
        while let Some((id, events, before)) = loads.try_next().await? {
            guarantees.insert(id, folded(&events, before)?);
        }
        Ok(guarantees)
    }
}

/// A guarantee after that many of its events.
fn folded(events: &[StoredEvent], count: u64) -> Result<Known, Failure> {
    let mut known = Known::default();
    for event in events.iter().take_while(|event| event.sequence <= count) {
        let happened = upcast::read(&event.event_type, &event.event_version, &event.payload)
            .map_err(|source| Failure::Unreadable { position: event.position, source })?;
        known.guarantee = evolve(std::mem::take(&mut known.guarantee), &happened);
        known.version = event.sequence;
    }
    known.subject = Arc::new(Subject::of(&known.guarantee));
    Ok(known)
}
