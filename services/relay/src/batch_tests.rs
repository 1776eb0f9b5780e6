use std::collections::HashMap;

use baohan_log::StoredEvent;
use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

use crate::batch::prepare;
use crate::failure::Failure;

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

#[test]
fn the_state_is_the_newest_of_the_batch_and_once_for_each_guarantee() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut events = life(one, 1, &["Applied", "PremiumPaid", "Issued"]);
    events.extend(life(other, 4, &["Applied"]));
    let mut guarantees = HashMap::new();
    let batch = prepare(events, &mut guarantees).unwrap().unwrap();
    assert_eq!((batch.events.len(), batch.mark.position), (4, 4));
    let states: HashMap<String, Value> =
        batch.states.iter().map(|(key, state)| (key.clone(), serde_json::from_str(state).unwrap())).collect();
    assert_eq!(batch.states.len(), 2);
    let state = &states[&one.to_string()];
    assert_eq!(
        (&state["status"], &state["version"], &state["position"]),
        (&"issued".into(), &3.into(), &3.into())
    );
    assert_eq!(state["guarantee_no"], "BH2026030200000001");
    assert_eq!(states[&other.to_string()]["status"], "applied");
    assert_eq!(guarantees[&one].version, 3);
}

#[test]
fn a_state_names_personal_data_and_never_shows_them() {
    let names = ["Applied", "PremiumPaid", "Issued", "Claimed"];
    let batch = prepare(life(Uuid::nil(), 1, &names), &mut HashMap::new()).unwrap().unwrap();
    let (_, state) = &batch.states[0];
    assert!(state.contains("contact_phone") && !state.contains("envelope around"), "{state}");
    assert!(!state.contains("fingerprint"), "{state}");
}

#[test]
fn what_cannot_be_read_stops_behind_what_can() {
    let mut events = life(Uuid::nil(), 1, &["Applied", "PremiumPaid"]);
    events[1].event_version = "9.0".to_owned();
    let unreadable = events[1].clone();
    let mut guarantees = HashMap::new();
    let batch = prepare(events, &mut guarantees).unwrap().unwrap();
    assert_eq!((batch.events.len(), batch.mark.position), (1, 1));
    let failure = prepare(vec![unreadable], &mut guarantees).err().unwrap();
    assert!(matches!(failure, Failure::Unreadable { position: 2, .. }), "{failure:?}");
}

#[test]
fn a_guarantee_without_its_earlier_events_is_not_published() {
    let events = life(Uuid::nil(), 1, &["Applied", "PremiumPaid"]).split_off(1);
    let failure = prepare(events, &mut HashMap::new()).err().unwrap();
    assert_eq!(failure.code(), "store-gap");
}

#[test]
fn of_nothing_comes_nothing() {
    assert!(prepare(Vec::new(), &mut HashMap::new()).unwrap().is_none());
}
