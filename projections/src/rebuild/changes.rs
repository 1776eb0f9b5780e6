//! What records say to projections that need each change, not only its outcome.

use std::collections::HashSet;
use std::sync::Arc;

use baohan_domain::{Guarantee, evolve, upcast};
use baohan_log::{Log, StoredEvent};
use futures::{StreamExt, TryStreamExt};
use uuid::Uuid;

use super::folds::Fault;
use crate::change::Change;
use crate::error::Error;
use crate::states::{Known, States};

/// Guarantees that are remembered, once or twice as many; two kilobytes each.
const STATES_REMEMBERED: usize = 40_000;
/// Streams of the log that are read at once, for guarantees that were last touched long ago.
const STREAMS_AT_ONCE: usize = 16;

/// The guarantees that the changes go on from.
pub(super) struct Memory {
    states: States,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self { states: States::new(STATES_REMEMBERED) }
    }

    /// Brings in what the records go on from and is not at hand: the log knows it.
    pub(super) async fn prepare(&mut self, records: &[StoredEvent], log: &Log) -> Result<(), Error> {
        let mut seen = HashSet::new();
        let mut missing = Vec::new();
        for stored in records.iter().filter(|stored| seen.insert(stored.aggregate_id)) {
            let known = self.states.get(stored.aggregate_id);
            if stored.sequence > 1 && known.is_none_or(|known| known.version + 1 != stored.sequence) {
                missing.push((stored.aggregate_id, stored.sequence));
            }
        }
        let streams = futures::stream::iter(missing).map(|(id, sequence)| async move {
            let guarantee = from_log(log, id, sequence).await?.unwrap_or_default();
            Ok::<_, Error>((id, Known { version: sequence - 1, guarantee: Arc::new(guarantee) }))
        });
        let found: Vec<_> = streams.buffer_unordered(STREAMS_AT_ONCE).try_collect().await?;
        for (id, known) in found {
            self.states.put(id, known);
        }
        Ok(())
    }

    /// What the records say.
    pub(super) fn told<'a>(&mut self, records: &'a [StoredEvent]) -> Result<Vec<Change<'a>>, Fault> {
        let mut changes = Vec::with_capacity(records.len());
        for stored in records {
            let event = upcast::read(&stored.event_type, &stored.event_version, &stored.payload)
                .map_err(|error| Fault { position: stored.position, error: error.into() })?;
            let known = if stored.sequence == 1 { None } else { self.states.get(stored.aggregate_id) };
            let before = known.map(|known| known.guarantee).unwrap_or_default();
            let after = Arc::new(evolve(Guarantee::clone(&before), &event));
            let known = Known { version: stored.sequence, guarantee: Arc::clone(&after) };
            self.states.put(stored.aggregate_id, known);
            changes.push(Change { stored, event, before, after });
        }
        Ok(changes)
    }
}

/// The guarantee as it was before its event number `sequence`; nothing, where an event of it cannot be read.
pub(super) async fn from_log(log: &Log, id: Uuid, sequence: u64) -> Result<Option<Guarantee>, Error> {
    let mut guarantee = Guarantee::default();
    for stored in log.load(id).await?.events.into_iter().take_while(|stored| stored.sequence < sequence) {
        match upcast::read(&stored.event_type, &stored.event_version, &stored.payload) {
            Ok(event) => guarantee = evolve(guarantee, &event),
            // It stops at that event, before it comes here.
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(guarantee))
}
