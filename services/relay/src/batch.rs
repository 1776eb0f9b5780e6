use std::collections::HashMap;
use std::sync::Arc;

use baohan_domain::{evolve_into, upcast};
use baohan_log::StoredEvent;
use baohan_topics::{Ready, Subject};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::failure::Failure;
use crate::reading::Slice;
use crate::snapshot::Newest;
use crate::snapshots::Snapshots;
use crate::states::Known;

/// Events of one shard, one after the other, as records, with the states that they lead to.
pub(crate) struct Batch {
    pub events: Vec<Ready>,
    /// The newest state of each guarantee that is touched.
    pub states: Snapshots,
    /// The position of the last event.
    pub position: u64,
    /// When its first event was stored.
    pub first_stored_at: DateTime<Utc>,
    /// Whether the store held more, as far as one looked.
    pub more_waits: bool,
}

/// What came of a slice.
#[derive(Default)]
pub(crate) struct Folded {
    /// The records, as far as its events could be read.
    pub batch: Option<Batch>,
    /// What is wrong with the event behind them.
    pub then: Option<Failure>,
}

impl Folded {
    pub(crate) fn failed(failure: Failure) -> Self {
        Self { batch: None, then: Some(failure) }
    }
}

/// Makes records of events. `guarantees` holds those that are touched as they stood before, and then as they stand after. Where an
/// event cannot be read, those before it are made records.
pub(crate) fn fold(slice: Slice, guarantees: &mut HashMap<Uuid, Box<Known>>) -> Folded {
    let mut folded = Folded::default();
    let Some(first_stored_at) = slice.events.first().map(|(first, _)| first.recorded_at) else {
        return folded;
    };
    let mut position = None;
    let mut newest = HashMap::with_capacity(guarantees.len());
    let mut events = Vec::with_capacity(slice.events.len());
    for (event, leaf_hash) in slice.events {
        let known = guarantees.entry(event.aggregate_id).or_default();
        if let Err(failure) = happens(known, &event) {
            folded.then = Some(failure);
            break;
        }
        position = Some(event.position);
        newest.insert(event.aggregate_id, Newest::of(&event));
        events.push(Ready::of(event, leaf_hash, &known.subject));
    }
    let Some(position) = position else { return folded };
    let mut states = Snapshots::new(newest.len());
    for (id, newest) in &newest {
        if let Some(known) = guarantees.get(id) {
            states.add(*id, &known.guarantee, newest);
        }
    }
    let more_waits = slice.more_waits && folded.then.is_none();
    folded.batch = Some(Batch { events, states, position, first_stored_at, more_waits });
    folded
}

/// Brings a guarantee from one event to the next.
fn happens(known: &mut Known, event: &StoredEvent) -> Result<(), Failure> {
    let position = event.position;
    if known.version + 1 != event.sequence {
        return Err(Failure::Incomplete { position });
    }
    let happened = upcast::read(&event.event_type, &event.event_version, &event.payload)
        .map_err(|source| Failure::Unreadable { position, source })?;
    known.guarantee = evolve_into(std::mem::take(&mut known.guarantee), happened);
    known.version = event.sequence;
    if !known.subject.is_of(&known.guarantee) {
        known.subject = Arc::new(Subject::of(&known.guarantee));
    }
    Ok(())
}
