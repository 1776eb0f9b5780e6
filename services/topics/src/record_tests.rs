use baohan_log::StoredEvent;
use chrono::DateTime;
use rdkafka::Timestamp;
use rdkafka::message::{Header, Headers, OwnedHeaders, OwnedMessage};
use uuid::Uuid;

use crate::headers;
use crate::record::{Outgoing, Published};
use crate::subject::Subject;

fn event() -> StoredEvent {
    StoredEvent {
        id: Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001),
        aggregate_id: Uuid::from_u128(0x6ba7_b810_9dad_51d1_80b4_00c0_4fd4_30c8),
        sequence: 2,
        event_type: "Issued".to_owned(),
        event_version: "1.0".to_owned(),
        payload: "{\"type\":\"Issued\",\"name\":\"示例\", \"x\":1.10e0}".to_owned(),
        metadata: "{\"actor\":\"core-banking\",\"correlation_id\":\"c1\",\"raw_sm3\":\"ab\"}".to_owned(),
        shard: 3,
        position: 42,
        recorded_at: DateTime::from_timestamp_micros(1_780_000_000_123_456).unwrap(),
        incarnation: Uuid::from_u128(7),
    }
}

fn subject() -> Subject {
    Subject {
        platform: Some("jyzx-demo".to_owned()),
        application_no: Some("申请-1".to_owned()),
        guarantee_no: None,
    }
}

fn outgoing(event: &StoredEvent, subject: &Subject) -> OwnedHeaders {
    Outgoing { event, leaf_hash: [0xab; 32], subject }.headers()
}

fn message(event: &StoredEvent, headers: OwnedHeaders) -> OwnedMessage {
    let time = Timestamp::CreateTime(event.recorded_at.timestamp_millis());
    let (key, value) = (event.aggregate_id.to_string().into_bytes(), event.payload.clone().into_bytes());
    let partition = i32::from(event.shard);
    OwnedMessage::new(
        Some(value),
        Some(key),
        "guarantee.events".to_owned(),
        time,
        partition,
        99,
        Some(headers),
    )
}

#[test]
fn the_headers_are_those_of_the_contract() {
    let headers = outgoing(&event(), &subject());
    let written: Vec<(String, String)> = headers
        .iter()
        .map(|header| (header.key.to_owned(), String::from_utf8(header.value.unwrap().to_vec()).unwrap()))
        .collect();
    let expected = [
        ("ce_specversion", "1.0"),
        ("ce_id", "01920000-0000-7000-8000-000000000001"),
        ("ce_type", "baohan.guarantee.Issued"),
        ("ce_source", "urn:baohan:ledger"),
        ("ce_subject", "6ba7b810-9dad-51d1-80b4-00c04fd430c8"),
        ("ce_time", "2026-05-28T20:26:40.123456Z"),
        ("ce_dataschema", "urn:baohan:schema:Issued:1.0"),
        ("ce_sequence", "2"),
        ("ce_shard", "3"),
        ("ce_position", "42"),
        ("ce_platform", "jyzx-demo"),
        ("ce_applyno", "申请-1"),
        ("ce_actor", "core-banking"),
        ("ce_correlationid", "c1"),
        ("ce_incarnation", "00000000-0000-0000-0000-000000000007"),
        ("ce_leafhash", "abababababababababababababababababababababababababababababababab"),
        ("content-type", "application/json"),
    ];
    let expected: Vec<_> = expected.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    assert_eq!(written, expected);
}

#[test]
fn what_was_written_is_read_as_it_was_but_for_metadata_that_no_header_carries() {
    let (event, subject) = (event(), subject());
    let read = Published::read(&message(&event, outgoing(&event, &subject))).unwrap();
    let mut expected = event;
    expected.metadata = "{\"actor\":\"core-banking\",\"correlation_id\":\"c1\"}".to_owned();
    assert_eq!(read, Published { event: expected, leaf_hash: [0xab; 32], subject, offset: 99 });
}

#[test]
fn a_record_without_a_header_that_must_be_there_is_refused_and_the_header_named() {
    let event = event();
    for (missing, _) in headers::ALL.iter().filter(|(_, is_always_there)| *is_always_there) {
        let is_read = !matches!(*missing, "ce_specversion" | "ce_source" | "content-type");
        let all = outgoing(&event, &subject());
        let mut some = OwnedHeaders::new();
        for header in all.iter().filter(|header| header.key != *missing) {
            some = some.insert(Header { key: header.key, value: header.value });
        }
        let read = Published::read(&message(&event, some));
        assert_eq!(read.is_err(), is_read, "{missing}");
        if let Err(refused) = read {
            assert!(refused.to_string().contains(missing) && refused.to_string().contains("99"), "{refused}");
            assert_eq!(refused.code(), "topic-record-unreadable");
        }
    }
}

#[test]
fn headers_that_say_what_cannot_be_are_refused() {
    let event = event();
    for (key, wrong) in [
        ("ce_type", "somebody.else.Issued"),
        ("ce_dataschema", "urn:baohan:schema:Quit:1.0"),
        ("ce_shard", "4"),
        ("ce_position", "-1"),
        ("ce_leafhash", "abab"),
        ("ce_time", "yesterday"),
        ("ce_subject", "no-uuid"),
    ] {
        let mut bent = OwnedHeaders::new();
        for header in outgoing(&event, &subject()).iter() {
            let value = if header.key == key { Some(wrong.as_bytes()) } else { header.value };
            bent = bent.insert(Header { key: header.key, value });
        }
        assert!(Published::read(&message(&event, bent)).is_err(), "{key}: {wrong}");
    }
}

#[test]
fn empty_or_unreadable_metadata_make_no_headers() {
    for metadata in ["{}", "", "{\"actor\":\"\"}", "[1]"] {
        let event = StoredEvent { metadata: metadata.to_owned(), ..event() };
        let headers = outgoing(&event, &Subject::default());
        assert!(headers.iter().all(|header| header.key != "ce_actor" && header.key != "ce_platform"));
        let read = Published::read(&message(&event, headers)).unwrap();
        assert_eq!((read.event.metadata.as_str(), read.subject), ("{}", Subject::default()));
    }
}
