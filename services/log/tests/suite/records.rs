//! The sealed record and its leaf, held against what another program in another language made of the same events.

use baohan_log::StoredEvent;
use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

const VECTORS: &str = include_str!("../vectors/leaf.json");

fn event(vector: &Value) -> StoredEvent {
    let event = &vector["event"];
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let id = |name: &str| event[name].as_str().unwrap().parse::<Uuid>().unwrap();
    let number = |name: &str| event[name].as_u64().unwrap();
    StoredEvent {
        id: id("id"),
        aggregate_id: id("aggregate_id"),
        sequence: number("sequence"),
        event_type: text("event_type"),
        event_version: text("event_version"),
        payload: text("payload"),
        metadata: text("metadata"),
        shard: u16::try_from(number("shard")).unwrap(),
        position: number("position"),
        recorded_at: DateTime::from_timestamp_micros(event["recorded_at_us"].as_i64().unwrap()).unwrap(),
        incarnation: id("incarnation"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn the_vectors_hold() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    assert!(vectors.len() >= 8);
    for vector in &vectors {
        let event = event(vector);
        assert_eq!(hex(&event.sealed_record()), vector["record"], "{event:?}");
        assert_eq!(hex(&event.leaf_hash()), vector["leaf"], "{event:?}");
    }
}

#[test]
fn any_field_changes_the_leaf() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let original = event(&vectors[0]);
    let changes: [fn(&mut StoredEvent); 11] = [
        |event| event.id = Uuid::nil(),
        |event| event.aggregate_id = Uuid::nil(),
        |event| event.sequence += 1,
        |event| event.event_type.push('x'),
        |event| event.event_version.push('x'),
        |event| event.payload.push(' '),
        |event| event.metadata.push(' '),
        |event| event.shard += 1,
        |event| event.position += 1,
        |event| event.recorded_at += chrono::TimeDelta::microseconds(1),
        |event| event.incarnation = Uuid::nil(),
    ];
    for (place, change) in changes.iter().enumerate() {
        let mut other = original.clone();
        change(&mut other);
        assert_ne!(other.leaf_hash(), original.leaf_hash(), "{place}");
    }
}

#[test]
fn the_other_program_still_works_out_the_same() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/leaf.py");
    let checked = std::process::Command::new("python3").arg(script).status().unwrap();
    assert!(checked.success());
}
