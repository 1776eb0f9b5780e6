use std::collections::HashMap;

use baohan_log::StoredEvent;
use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

use crate::batch::{Folded, fold};
use crate::failure::Failure;
use crate::reading::Slice;
use crate::snapshots::newest;

/// The stored bytes of an event, as the domain's golden files have them.
fn golden(name: &str) -> String {
    let path = format!("../../domain/tests/golden/{name}-1.0.json");
    std::fs::read_to_string(path).unwrap().trim_end().to_owned()
}

fn life(id: Uuid, first_position: u64, names: &[&str]) -> Vec<StoredEvent> {
    let stored = |(number, name): (u64, &&str)| StoredEvent {
        id: Uuid::from_u128(u128::from(first_position + number)),
        aggregate_id: id,
        sequence: number + 1,
        event_type: (*name).to_owned(),
        event_version: "1.0".to_owned(),
        payload: golden(name),
        metadata: "{\"actor\":\"office\"}".to_owned(),
        shard: 0,
        position: first_position + number,
        recorded_at: DateTime::from_timestamp(1_772_625_600, 0).unwrap(),
        incarnation: Uuid::nil(),
    };
    (0..).zip(names).map(stored).collect()
}

fn folded(events: Vec<StoredEvent>) -> Folded {
    fold(Slice::of(events, false), &mut HashMap::new())
}

#[test]
fn the_state_is_the_newest_of_the_batch_and_once_for_each_guarantee() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut events = life(one, 1, &["Applied", "PremiumPaid", "Issued"]);
    events.extend(life(other, 4, &["Applied"]));
    let mut guarantees = HashMap::new();
    let batch = fold(Slice::of(events, true), &mut guarantees).batch.unwrap();
    assert_eq!((batch.events.len(), batch.position, batch.more_waits), (4, 4, true));
    let states: HashMap<Uuid, Value> =
        batch.states.iter().map(|(id, state)| (id, serde_json::from_slice(state).unwrap())).collect();
    assert_eq!(batch.states.iter().count(), 2);
    let state = &states[&one];
    assert_eq!(
        (&state["status"], &state["version"], &state["position"]),
        (&"issued".into(), &3.into(), &3.into())
    );
    assert_eq!(state["guarantee_no"], "BH2026030200000001");
    assert_eq!(states[&other]["status"], "applied");
    assert_eq!(guarantees[&one].version, 3);
}

#[test]
fn a_state_names_personal_data_and_never_shows_them() {
    let names = ["Applied", "PremiumPaid", "Issued", "Claimed"];
    let batch = folded(life(Uuid::nil(), 1, &names)).batch.unwrap();
    let (_, state) = batch.states.iter().next().unwrap();
    let state = std::str::from_utf8(state).unwrap();
    assert!(state.contains("contact_phone") && !state.contains("envelope around"), "{state}");
    assert!(!state.contains("fingerprint"), "{state}");
}

#[test]
fn what_cannot_be_read_stops_behind_what_can() {
    let mut events = life(Uuid::nil(), 1, &["Applied", "PremiumPaid"]);
    events[1].event_version = "9.0".to_owned();
    let folded = fold(Slice::of(events, true), &mut HashMap::new());
    let batch = folded.batch.unwrap();
    assert_eq!((batch.events.len(), batch.position, batch.more_waits), (1, 1, false));
    let failure = folded.then.unwrap();
    assert!(matches!(failure, Failure::Unreadable { position: 2, .. }), "{failure:?}");
}

#[test]
fn a_guarantee_without_its_earlier_events_is_not_published() {
    let events = life(Uuid::nil(), 1, &["Applied", "PremiumPaid"]).split_off(1);
    let folded = folded(events);
    assert!(folded.batch.is_none());
    assert_eq!(folded.then.unwrap().code(), "store-gap");
}

#[test]
fn of_nothing_comes_nothing() {
    let folded = folded(Vec::new());
    assert!(folded.batch.is_none() && folded.then.is_none());
}

#[test]
fn of_several_batches_the_newest_state_of_each_guarantee_goes_out_and_once() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut guarantees = HashMap::new();
    let mut events = life(one, 1, &["Applied", "PremiumPaid", "Issued"]);
    let mut later = events.split_off(1);
    events.extend(life(other, 2, &["Applied"]));
    for (event, position) in later.iter_mut().zip(3..) {
        event.position = position;
    }
    let states: Vec<_> = [events, later]
        .into_iter()
        .map(|events| fold(Slice::of(events, false), &mut guarantees).batch.unwrap().states)
        .collect();
    let sent: Vec<(Uuid, Value)> =
        newest(&states).map(|(id, state)| (id, serde_json::from_slice(state).unwrap())).collect();
    assert_eq!(sent.len(), 2);
    let of = |id| &sent.iter().find(|(of, _)| *of == id).unwrap().1;
    assert_eq!((&of(one)["status"], &of(one)["version"]), (&"issued".into(), &3.into()));
    assert_eq!((&of(other)["status"], &of(other)["version"]), (&"applied".into(), &1.into()));
}
