//! What records say to projections that need each change, not only its outcome.

use std::collections::HashSet;
use std::sync::Arc;

use baohan_domain::{Guarantee, evolve, upcast};
use baohan_log::{Log, StoredEvent};

use super::folds::Fault;
use crate::change::Change;
use crate::error::Error;
use crate::states::{Known, States};

/// Guarantees that are remembered, once or twice as many; two kilobytes each.
const STATES_REMEMBERED: usize = 40_000;

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
        for (id, sequence, told) in Known::all_from_log(log, missing).await? {
            // What cannot be read stops at its own event, before it comes here.
            self.states.put(id, told.unwrap_or_else(|_| Known { version: sequence - 1, ..Known::default() }));
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
            let Known { begins, guarantee: before, .. } =
                known.unwrap_or_else(|| Known { begins: stored.position, ..Known::default() });
            let after = Arc::new(evolve(Guarantee::clone(&before), &event));
            let known = Known { version: stored.sequence, begins, guarantee: Arc::clone(&after) };
            self.states.put(stored.aggregate_id, known);
            changes.push(Change { stored, begins, event, before, after });
        }
        Ok(changes)
    }
}
