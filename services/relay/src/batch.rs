use std::collections::HashMap;
use std::sync::Arc;

use baohan_domain::{evolve, upcast};
use baohan_log::StoredEvent;
use baohan_topics::{Ready, Subject, key_of};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::failure::Failure;
use crate::fence::Mark;
use crate::snapshot::{self, Newest};
use crate::states::Known;

/// Events of one shard, one after the other, as records, with the states that they lead to.
pub(crate) struct Batch {
    pub events: Vec<Ready>,
    /// The newest state of each guarantee that is touched: key and value.
    pub states: Vec<(String, String)>,
    /// What stands on the topic once it is published.
    pub mark: Mark,
    /// When its first event was stored.
    pub first_stored_at: DateTime<Utc>,
    /// Whether the store held more, as far as one looked.
    pub more_waits: bool,
}

/// Makes records of events. `guarantees` holds those that are touched as they stood before, and then as they stand after. Where an
/// event cannot be read, those before it are made records, and the next batch begins, and fails, with it.
pub(crate) fn prepare(
    events: Vec<StoredEvent>,
    guarantees: &mut HashMap<Uuid, Known>,
) -> Result<Option<Batch>, Failure> {
    let Some(first_stored_at) = events.first().map(|first| first.recorded_at) else { return Ok(None) };
    let mut mark = None;
    let mut newest = HashMap::with_capacity(guarantees.len());
    let mut records = Vec::with_capacity(events.len());
    for event in events {
        let known = guarantees.entry(event.aggregate_id).or_default();
        match happens(known, &event) {
            Ok(()) => {}
            Err(failure) if records.is_empty() => return Err(failure),
            Err(_) => break,
        }
        let leaf_hash = event.leaf_hash();
        mark = Some(Mark { position: event.position, leaf_hash });
        newest.insert(event.aggregate_id, Newest::of(&event));
        records.push(Ready::of(event, leaf_hash, &known.subject));
    }
    let state = |(id, newest): (&Uuid, &Newest)| {
        let state = snapshot::of(&guarantees.get(id)?.guarantee, *id, newest)?;
        Some((key_of(*id), state))
    };
    let states = newest.iter().filter_map(state).collect();
    Ok(mark.map(|mark| Batch { events: records, states, mark, first_stored_at, more_waits: false }))
}

/// Brings a guarantee from one event to the next.
fn happens(known: &mut Known, event: &StoredEvent) -> Result<(), Failure> {
    let position = event.position;
    if known.version + 1 != event.sequence {
        return Err(Failure::Incomplete { position });
    }
    let happened = upcast::read(&event.event_type, &event.event_version, &event.payload)
        .map_err(|source| Failure::Unreadable { position, source })?;
    known.guarantee = evolve(std::mem::take(&mut known.guarantee), &happened);
    known.version = event.sequence;
    let subject = Subject::of(&known.guarantee);
    if *known.subject != subject {
        known.subject = Arc::new(subject);
    }
    Ok(())
}
