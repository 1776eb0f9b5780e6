//! The way up for old records, on ways that only these tests know.

use std::error::Error;

use baohan_domain::event::Cancelled;
use baohan_domain::upcast::{UnreadableEvent, Upcaster, read, read_with, upcasters};
use baohan_domain::{Event, event::CancelledCause};
use cqrs_es::persist::EventUpcaster;
use serde_json::{Value, json};

use crate::story::at;

/// In a version that never was, a cancellation told its cause in Chinese, and before that not at all.
const NAMED: Upcaster = Upcaster {
    event_type: "Cancelled",
    from: "0.1",
    to: "0.2",
    raise: |mut payload| {
        payload["cause"] = json!("注销");
        payload
    },
};
const IN_ENGLISH: Upcaster = Upcaster {
    event_type: "Cancelled",
    from: "0.2",
    to: "1.0",
    raise: |mut payload| {
        let cause = if payload["cause"] == "到期" { "expired" } else { "requested" };
        payload["cause"] = json!(cause);
        payload
    },
};

fn ways() -> Vec<Box<dyn EventUpcaster>> {
    vec![Box::new(NAMED), Box::new(IN_ENGLISH)]
}

fn cancelled(cause: CancelledCause) -> Event {
    Cancelled { cause, cancelled_at: at("2026-04-20 16:00:00") }.into()
}

#[test]
fn an_old_record_rises_step_by_step_to_what_is_written_today() {
    let oldest = r#"{"type":"Cancelled","cancelled_at":"2026-04-20T08:00:00Z"}"#;
    assert_eq!(read_with(&ways(), "Cancelled", "0.1", oldest).unwrap(), cancelled(CancelledCause::Requested));
    let old = r#"{"type":"Cancelled","cause":"到期","cancelled_at":"2026-04-20T08:00:00Z"}"#;
    assert_eq!(read_with(&ways(), "Cancelled", "0.2", old).unwrap(), cancelled(CancelledCause::Expired));
}

#[test]
fn what_is_written_today_passes_no_upcaster() {
    let today = r#"{"type":"Cancelled","cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#;
    let eager = Upcaster { from: "1.0", to: "1.0", raise: |_| Value::Null, ..NAMED };
    let read = read_with(&[Box::new(eager)], "Cancelled", "1.0", today).unwrap();
    assert_eq!(read, cancelled(CancelledCause::Expired));
}

#[test]
fn a_way_that_ends_half_way_up_leads_nowhere() {
    let oldest = r#"{"type":"Cancelled","cancelled_at":"2026-04-20T08:00:00Z"}"#;
    let failure = read_with(&[Box::new(NAMED)], "Cancelled", "0.1", oldest).unwrap_err();
    assert!(matches!(failure, UnreadableEvent::Unknown { event_version, .. } if event_version == "0.1"));
}

#[test]
fn versions_and_types_that_nobody_knows_are_refused_by_name() {
    let payload = r#"{"type":"Cancelled","cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#;
    for (event_type, version) in [
        ("Cancelled", "2.0"),
        ("Cancelled", "0.3"),
        ("Cancelled", "1.0.0"),
        ("Cancelled", ""),
        ("Melted", "1.0"),
    ] {
        for failure in [
            read(event_type, version, payload).unwrap_err(),
            read(event_type, version, "not JSON").unwrap_err(),
        ] {
            assert_eq!(
                failure.to_string(),
                format!("event {event_type} version {version} is unknown to this version of the ledger")
            );
        }
    }
}

#[test]
fn a_payload_that_does_not_fit_is_bent_and_says_where() {
    for payload in [
        "",
        "[]",
        r#"{"type":"Cancelled"}"#,
        r#"{"type":"Cancelled","cause":"bored","cancelled_at":"2026-04-20T08:00:00Z"}"#,
        // The record's column says one thing and its payload another.
        r#"{"type":"Quit","quit_at":"2026-04-20T08:00:00Z"}"#,
    ] {
        let failure = read("Cancelled", "1.0", payload).unwrap_err();
        assert_eq!(failure.to_string(), "payload of Cancelled version 1.0 does not fit its type");
        assert!(failure.source().is_some());
    }
    let failure = read_with(&ways(), "Cancelled", "0.2", "{").unwrap_err();
    assert!(matches!(failure, UnreadableEvent::Bent { .. }));
}

#[test]
fn every_event_is_at_its_first_version_and_so_nothing_is_brought_up() {
    assert!(Event::WRITTEN.iter().all(|(_, version)| *version == "1.0"));
    assert!(upcasters().is_empty());
}

#[test]
fn a_tag_that_stands_elsewhere_or_twice_changes_nothing_about_what_is_read() {
    let front = r#"{"type":"Cancelled","cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#;
    for elsewhere in [
        r#"{"cause":"expired","type":"Cancelled","cancelled_at":"2026-04-20T08:00:00Z"}"#,
        r#"{ "type" : "Cancelled", "cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#,
    ] {
        assert_eq!(read("Cancelled", "1.0", elsewhere).unwrap(), read("Cancelled", "1.0", front).unwrap());
    }
    for bent in [
        r#"{"type":"Cancelled","type":"Quit","cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#,
        r#"{"type":"Quit","cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#,
        r#"{"type":"CancelledTwice","cause":"expired","cancelled_at":"2026-04-20T08:00:00Z"}"#,
        r#"{"type":"Cancelled","cause":"expired"}"#,
    ] {
        let failure = read("Cancelled", "1.0", bent).unwrap_err();
        assert!(matches!(failure, UnreadableEvent::Bent { .. }), "{bent}");
    }
}

#[test]
fn an_application_in_the_clear_is_read_whole_and_written_the_same() {
    let payload = concat!(
        r#"{"type":"Applied","platform":"jyzx-demo","application_no":"SN1","applicant_name":"一","#,
        r#""applicant_code":"二","amount":"800000.00","section_no":"三","section_name":"四","beneficiary_name":"五","#,
        r#""beneficiary_code":"六","content":"fingerprint","applied_at":"2026-03-02T01:30:00Z"}"#
    );
    let event = read("Applied", "1.0", payload).unwrap();
    assert_eq!(serde_json::to_string(&event).unwrap(), payload);
    // By its tag alone, wherever that stands, it is the same.
    let Value::Object(fields) = serde_json::from_str(payload).unwrap() else { panic!("{payload}") };
    assert_eq!(serde_json::from_value::<Event>(Value::Object(fields)).unwrap(), event);
    let without = payload.replace(r#""platform":"jyzx-demo","#, "");
    assert!(matches!(read("Applied", "1.0", &without), Err(UnreadableEvent::Bent { .. })));
}
