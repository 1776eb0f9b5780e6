//! Guarantees folded in memory, for the projection that holds nothing else: a row is written once for many events.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use baohan_domain::{Guarantee, evolve_into, upcast};
use baohan_log::{Log, StoredEvent};
use uuid::Uuid;

use crate::error::{ApplyError, Error};
use crate::guarantees::{GuaranteeRow, Newest};
use crate::states::Known;

/// Guarantees that are kept in memory between two transactions: some hundred megabytes at most.
const FOLDS_KEPT: usize = 60_000;

/// The guarantees that were touched since the last transaction, and some more.
#[derive(Default)]
pub(super) struct Folds {
    guarantees: HashMap<Uuid, Fold>,
    /// Touched, and not written yet.
    touched: HashSet<Uuid>,
}

struct Fold {
    begins: u64,
    guarantee: Guarantee,
    newest: Newest,
    /// Whether the table has a row of it.
    is_there: bool,
}

/// Where an event cannot be applied, and why.
pub(super) struct Fault {
    pub position: u64,
    pub error: ApplyError,
}

impl Folds {
    /// The guarantees that these records go on from, and that are not at hand.
    pub(super) fn missing(&self, records: &[StoredEvent]) -> Vec<(Uuid, u64)> {
        let mut seen = HashSet::new();
        let first = records.iter().filter(|stored| seen.insert(stored.aggregate_id));
        let unknown = first.filter(|stored| {
            let known = self.guarantees.get(&stored.aggregate_id);
            stored.sequence > 1 && known.is_none_or(|fold| fold.newest.sequence + 1 != stored.sequence)
        });
        unknown.map(|stored| (stored.aggregate_id, stored.sequence)).collect()
    }

    /// Brings them in from the log. Each was written before: an event of it stands before these records.
    pub(super) async fn load(&mut self, missing: Vec<(Uuid, u64)>, log: &Log) -> Result<(), Error> {
        for (id, sequence, told) in Known::all_from_log(log, missing).await? {
            // What cannot be read stops at its own event, before it comes here.
            let Known { begins, guarantee, .. } = told.unwrap_or_default();
            // The rest of what the row says comes with the next event.
            let newest = Newest {
                sequence: sequence - 1,
                shard: 0,
                position: 0,
                recorded_at: chrono::DateTime::UNIX_EPOCH,
            };
            let guarantee = Arc::unwrap_or_clone(guarantee);
            self.guarantees.insert(id, Fold { begins, guarantee, newest, is_there: true });
        }
        Ok(())
    }

    /// Folds the records onto them.
    pub(super) fn take(&mut self, records: &[StoredEvent]) -> Result<(), Fault> {
        for stored in records {
            let at = |error| Fault { position: stored.position, error };
            let event = upcast::read(&stored.event_type, &stored.event_version, &stored.payload)
                .map_err(|error| at(error.into()))?;
            let fold = self.guarantees.entry(stored.aggregate_id).or_insert_with(|| Fold {
                begins: stored.position,
                guarantee: Guarantee::default(),
                newest: Newest::of(stored),
                is_there: false,
            });
            let name = event.name();
            fold.guarantee = evolve_into(std::mem::take(&mut fold.guarantee), event);
            fold.newest = Newest::of(stored);
            self.touched.insert(stored.aggregate_id);
            if fold.guarantee.application().is_none() {
                let what = "its guarantee was never applied for";
                return Err(at(ApplyError::DoesNotFollow { event: name, what }));
            }
        }
        Ok(())
    }

    /// How many rows would be written now.
    pub(super) fn touched(&self) -> usize {
        self.touched.len()
    }

    /// The rows of what was touched: those that the table does not hold yet, and those that it does.
    pub(super) fn rows(&self) -> Result<(Vec<GuaranteeRow>, Vec<GuaranteeRow>), ApplyError> {
        let (mut new, mut known) = (Vec::new(), Vec::new());
        for id in &self.touched {
            let Some(fold) = self.guarantees.get(id) else { continue };
            let row = GuaranteeRow::of((*id, fold.begins), &fold.guarantee, fold.newest)?;
            if fold.is_there { known.extend(row) } else { new.extend(row) }
        }
        Ok((new, known))
    }

    /// All of it is written.
    pub(super) fn written(&mut self) {
        for id in self.touched.drain() {
            if let Some(fold) = self.guarantees.get_mut(&id) {
                fold.is_there = true;
            }
        }
        if self.guarantees.len() > FOLDS_KEPT {
            self.guarantees.clear();
        }
    }
}
