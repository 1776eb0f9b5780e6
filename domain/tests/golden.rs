//! The stored and published form, byte by byte: one file per (event, version) under `golden/`. Files are only added to; a
//! file that no longer fits is a contract that was broken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use baohan_domain::event::QuitRequested;
use baohan_domain::upcast::{read, upcasters};
use baohan_domain::{Event, Fingerprint};

use crate::story::{at, events};

/// (event, version) → payload, from the folder.
fn files() -> BTreeMap<(String, String), String> {
    let folder = Path::new("tests/golden");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let (event, version) = name.strip_suffix(".json").unwrap().split_once('-').unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            let payload = text.strip_suffix('\n').unwrap().to_owned();
            ((event.to_owned(), version.to_owned()), payload)
        })
        .collect()
}

/// The events that the files hold, told anew.
fn told() -> Vec<Event> {
    let after_the_opening = QuitRequested {
        exception: Some(events::exception()),
        requested_at: at("2026-03-25 10:30:00"),
        ..events::quit_requested()
    };
    vec![
        events::applied().into(),
        events::premium_paid().into(),
        events::premium_corrected().into(),
        events::issued().into(),
        events::declined().into(),
        events::withdrawn().into(),
        events::restore_held().into(),
        events::restored().into(),
        events::opening_moved().into(),
        events::invoice_requested().into(),
        events::invoiced().into(),
        events::invoice_declined().into(),
        after_the_opening.into(),
        events::quit().into(),
        events::quit_refused().into(),
        events::cancelled().into(),
        events::claimed().into(),
        events::claim_paid().into(),
        events::claim_refused().into(),
        events::extended().into(),
        events::annotated().into(),
        events::notice_acknowledged().into(),
        events::notice_abandoned().into(),
        events::notice_skipped().into(),
    ]
}

#[test]
fn there_is_a_file_for_all_that_is_written_and_for_all_that_ever_was() {
    let files: BTreeSet<_> = files().into_keys().collect();
    let written: BTreeSet<_> =
        Event::WRITTEN.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect();
    let missing: Vec<_> = written.difference(&files).collect();
    assert!(missing.is_empty(), "no golden file for {missing:?}");
    let upcasters = upcasters();
    for (name, version) in files.difference(&written) {
        let way_up = upcasters.iter().any(|upcaster| upcaster.can_upcast(name, version));
        assert!(way_up, "{name}-{version}.json is neither written today nor brought up by an upcaster");
    }
}

#[test]
fn what_was_ever_written_can_be_read() {
    for ((name, version), payload) in files() {
        let event = read(&name, &version, &payload).unwrap();
        assert_eq!(event.name(), name);
    }
}

#[test]
fn writing_gives_the_files_bytes_and_reading_gives_the_event() {
    let files = files();
    let mut walked = BTreeSet::new();
    for event in told() {
        let key = (event.name().to_owned(), event.version().to_owned());
        let golden = &files[&key];
        assert_eq!(&serde_json::to_string(&event).unwrap(), golden);
        assert_eq!(read(&key.0, &key.1, golden).unwrap(), event);
        walked.insert(key.0);
    }
    assert_eq!(walked.len(), Event::WRITTEN.len(), "an event is missing from the test");
}

#[test]
fn a_payload_names_its_type_first_and_has_neither_blanks_nor_nulls_between_its_values() {
    for ((name, _), payload) in files() {
        assert!(payload.starts_with(&format!("{{\"type\":\"{name}\",")), "{payload}");
        let value: serde_json::Value = serde_json::from_str(&payload).unwrap();
        assert!(value.as_object().unwrap().values().all(|value| !value.is_null()));
        assert_eq!(payload.len(), serde_json::to_string(&value).unwrap().len(), "{name} is not compact");
    }
}

#[test]
fn money_is_a_text_with_two_places_wherever_it_stands() {
    for ((name, _), payload) in files() {
        let value: serde_json::Value = serde_json::from_str(&payload).unwrap();
        for field in ["amount", "premium", "left"] {
            if let Some(amount) = value.get(field) {
                let (_, places) = amount.as_str().unwrap().split_once('.').unwrap();
                assert_eq!(places.len(), 2, "{name}.{field}");
            }
        }
    }
}

#[test]
fn what_is_absent_is_left_out_and_comes_back_as_absent() {
    let bare = baohan_domain::event::Applied {
        platform_code: None,
        terms: baohan_domain::Terms::default(),
        sealed: [].into(),
        extra: [].into(),
        personal: [].into(),
        content: Fingerprint::new("00".into()),
        ..events::applied()
    };
    let payload = serde_json::to_string(&Event::from(bare.clone())).unwrap();
    assert_eq!(
        payload,
        r#"{"type":"Applied","platform":"jyzx-demo","application_no":"SN20260302000001","content":"00","applied_at":"2026-03-02T01:30:00Z"}"#
    );
    assert_eq!(read("Applied", "1.0", &payload).unwrap(), bare.into());
}

#[test]
fn a_time_keeps_its_fractions_of_a_second() {
    let quit_at = at("2026-03-10 10:05:00") + chrono::TimeDelta::microseconds(120_300);
    let event = Event::from(baohan_domain::event::Quit { quit_at });
    let payload = serde_json::to_string(&event).unwrap();
    assert_eq!(payload, r#"{"type":"Quit","quit_at":"2026-03-10T02:05:00.120300Z"}"#);
    assert_eq!(read("Quit", "1.0", &payload).unwrap(), event);
}

#[test]
fn a_field_that_a_later_release_adds_does_not_keep_an_event_from_being_read() {
    let payload = r#"{"type":"Quit","quit_at":"2026-03-10T02:05:00Z","later":{"release":true}}"#;
    assert_eq!(read("Quit", "1.0", payload).unwrap(), events::quit().into());
}
