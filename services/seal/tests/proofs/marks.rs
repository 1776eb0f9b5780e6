//! The marks by which an altered field is named.

use baohan_log::StoredEvent;
use baohan_seal::{FIELDS, marks};
use uuid::Uuid;

use crate::specimen::record;

type Alteration = fn(&mut StoredEvent);

/// The names of the fields whose marks differ.
fn named(alter: impl FnOnce(&mut StoredEvent)) -> Vec<&'static str> {
    let event = record(1, 9, 2, 3);
    let mut altered = event.clone();
    alter(&mut altered);
    assert_ne!(event.leaf_hash(), altered.leaf_hash(), "the leaf proves it");
    let pairs = marks(&event).into_iter().zip(marks(&altered));
    pairs.zip(FIELDS).filter(|((was, is), _)| was != is).map(|(_, name)| name).collect()
}

#[test]
fn the_mark_of_an_altered_field_alone_differs() {
    let alterations: [(&str, Alteration); 11] = [
        ("incarnation", |event| event.incarnation = Uuid::nil()),
        ("shard", |event| event.shard += 1),
        ("position", |event| event.position += 1),
        ("id", |event| event.id = Uuid::nil()),
        ("aggregate_id", |event| event.aggregate_id = Uuid::nil()),
        ("sequence", |event| event.sequence += 1),
        ("event_type", |event| event.event_type.push('x')),
        ("event_version", |event| event.event_version = "2".to_owned()),
        ("recorded_at", |event| event.recorded_at += chrono::TimeDelta::microseconds(1)),
        ("payload", |event| event.payload.insert(0, ' ')),
        ("metadata", |event| event.metadata.insert(0, ' ')),
    ];
    for (name, alter) in alterations {
        assert_eq!(named(alter), [name]);
    }
}

#[test]
fn another_digest_of_the_message_is_named_beside_the_metadata_that_hold_it() {
    let altered = named(|event| event.metadata = event.metadata.replace("c3c3", "c3c4"));
    assert_eq!(altered, ["metadata", "raw_sm3"]);
}

#[test]
fn a_byte_that_moves_from_one_field_to_the_next_changes_the_leaf() {
    let altered = named(|event| {
        event.event_type = "Issued1".to_owned();
        event.event_version = String::new();
    });
    assert_eq!(altered, ["event_type", "event_version"]);
}
