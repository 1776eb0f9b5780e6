use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use baohan_domain::{evolve_into, upcast};
use baohan_log::{Log, StoredEvent};
use baohan_topics::Subject;
use futures::{StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::batch::{Folded, fold};
use crate::failure::Failure;
use crate::hand::Hand;
use crate::reading::Slice;
use crate::states::{Known, States};

/// Guarantees that are loaded at the same time: the store gathers loads, and a batch of old guarantees waits for none singly.
const LOADS_AT_ONCE: usize = 64;

/// Makes records of a shard's events, and remembers the guarantees that they belong to.
pub(crate) struct Folding {
    log: Log,
    states: States,
    hand: Hand,
}

impl Folding {
    pub(crate) fn new(log: Log, shard: u16, guarantees_max: usize) -> Result<Self, Failure> {
        let hand = Hand::new(format!("relay fold {shard}"))?;
        Ok(Self { log, states: States::new(guarantees_max), hand })
    }

    /// The records of a slice. After a failure nothing may follow: the guarantees stand where it happened.
    pub(crate) async fn fold(&mut self, slice: Slice) -> Result<Folded, Failure> {
        let mut guarantees = self.guarantees_before(&slice).await?;
        let folding = self.hand.does(move || {
            let folded = fold(slice, &mut guarantees);
            (folded, guarantees)
        });
        let (folded, guarantees) = folding.await?;
        for (id, known) in guarantees {
            self.states.put(id, known);
        }
        Ok(folded)
    }

    /// The guarantees of these events as they stood before them: remembered, new, or loaded, all at once.
    async fn guarantees_before(&mut self, slice: &Slice) -> Result<HashMap<Uuid, Box<Known>>, Failure> {
        let mut seen = HashSet::new();
        let mut guarantees = HashMap::new();
        let mut missing = Vec::new();
        for (event, _) in slice.events.iter().filter(|(event, _)| seen.insert(event.aggregate_id)) {
            let before = event.sequence.saturating_sub(1);
            match self.states.take(event.aggregate_id) {
                Some(known) if known.version == before => {
                    guarantees.insert(event.aggregate_id, known);
                }
                _ if before == 0 => {
                    guarantees.insert(event.aggregate_id, Box::default());
                }
                _ => missing.push((event.aggregate_id, before)),
            }
        }
        let log = &self.log;
        let mut loads = futures::stream::iter(missing)
            .map(async |(id, before)| Ok::<_, Failure>((id, log.load(id).await?.events, before)))
            .buffer_unordered(LOADS_AT_ONCE);
        while let Some((id, events, before)) = loads.try_next().await? {
            guarantees.insert(id, Box::new(after(&events, before)?));
        }
        Ok(guarantees)
    }
}

/// A guarantee after that many of its events.
fn after(events: &[StoredEvent], count: u64) -> Result<Known, Failure> {
    let mut known = Known::default();
    for event in events.iter().take_while(|event| event.sequence <= count) {
        let happened = upcast::read(&event.event_type, &event.event_version, &event.payload)
            .map_err(|source| Failure::Unreadable { position: event.position, source })?;
        known.guarantee = evolve_into(std::mem::take(&mut known.guarantee), happened);
        known.version = event.sequence;
    }
    known.subject = Arc::new(Subject::of(&known.guarantee));
    Ok(known)
}
