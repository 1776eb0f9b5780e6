//! What the relay itself puts on a broker fits the published forms: values, headers, states.

use std::collections::BTreeMap;
use std::sync::Arc;

use baohan_contract::{headers, payloads, state};
use baohan_log::{Append, Log, NewEvent, Now, Options};
use baohan_relay::Relay;
use baohan_servers::{Record, fresh_prefix, kafka};
use baohan_topics::{Settings, ensure};
use chrono::DateTime;
use jsonschema::Validator;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A moment, as microseconds since 1970.
const NOON_US: i64 = 1_772_625_600_000_000;

/// Lives, told with the domain's golden events.
const LIVES: [&[&str]; 6] = [
    &["Applied"],
    &["Applied", "Declined"],
    &["Applied", "PremiumPaid", "PremiumCorrected", "Withdrawn"],
    &["Applied", "Issued", "NoticeAcknowledged", "QuitRequested", "Quit", "NoticeAbandoned", "NoticeSkipped"],
    &[
        "Applied",
        "Issued",
        "QuitRequested",
        "QuitRefused",
        "Claimed",
        "ClaimRefused",
        "InvoiceRequested",
        "InvoiceDeclined",
    ],
    &[
        "Applied",
        "PremiumPaid",
        "Issued",
        "RestoreRequested",
        "Restored",
        "OpeningMoved",
        "Claimed",
        "ClaimPaid",
        "InvoiceRequested",
        "Invoiced",
        "Extended",
        "Annotated",
        "Cancelled",
    ],
];

fn now() -> Now {
    Arc::new(|| DateTime::from_timestamp_micros(NOON_US).unwrap())
}

fn golden(name: &str) -> String {
    let text = std::fs::read_to_string(format!("../../domain/tests/golden/{name}-1.0.json")).unwrap();
    text.trim_end().to_owned()
}

async fn told(log: &Log) -> usize {
    for (number, life) in (1..).zip(LIVES) {
        for (sequence, name) in (0..).zip(life) {
            let event = NewEvent {
                id: Uuid::now_v7(),
                event_type: (*name).to_owned(),
                event_version: "1.0".to_owned(),
                payload: golden(name),
                metadata: format!(r#"{{"actor":"审计","correlation_id":"{}"}}"#, Uuid::from_u128(number)),
            };
            let append = Append {
                aggregate_id: Uuid::from_u128(number),
                expected_sequence: sequence,
                events: vec![event],
                journal: None,
                key: None,
                guarantee_no: None,
                idempotency: None,
            };
            log.append(append).await.unwrap();
        }
    }
    LIVES.iter().map(|life| life.len()).sum()
}

fn complaints(schema: &Value, value: &Value) -> Vec<String> {
    let validator: Validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn header_object(record: &Record) -> Value {
    let text = |bytes: &[u8]| Value::from(String::from_utf8(bytes.to_vec()).unwrap());
    record.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect::<Map<_, _>>().into()
}

#[tokio::test]
async fn what_the_relay_publishes_fits_the_published_forms() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    let log = Log::open(&Options::new(url, now())).await.unwrap();
    let events = told(&log).await;
    let broker = kafka().await;
    let settings = Settings::new(broker.brokers.clone(), fresh_prefix());
    ensure(&settings, 1).await.unwrap();
    let (relay, stop) =
        (Relay::new(log, settings.clone(), baohan_relay::Options::new(now())), CancellationToken::new());
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { relay.run(stop).await }
    });
    let published = broker.console_consumer(&settings.topics().events, events).await;
    let states = broker.console_consumer(&settings.topics().state, LIVES.len()).await;
    stop.cancel();
    running.await.unwrap();
    let forms: BTreeMap<String, Value> = payloads()
        .unwrap()
        .into_iter()
        .map(|form| (form.schema["$id"].as_str().unwrap().to_owned(), form.schema))
        .collect();
    assert_eq!(published.len(), events);
    for record in &published {
        let schema = &forms[record.header("ce_dataschema").unwrap()];
        assert_eq!(complaints(schema, &serde_json::from_slice(&record.value).unwrap()), [""; 0]);
        assert_eq!(complaints(&headers().schema, &header_object(record)), [""; 0]);
    }
    assert!(states.len() >= LIVES.len(), "{}", states.len());
    for record in &states {
        let value = serde_json::from_slice(&record.value).unwrap();
        assert_eq!(complaints(&state().schema, &value), [""; 0], "{value}");
    }
}

#[test]
fn a_bent_header_or_state_does_not_fit() {
    let headers = headers().schema;
    assert!(!complaints(&headers, &serde_json::json!({ "ce_position": "0" })).is_empty());
    for (name, says) in headers["properties"].as_object().unwrap() {
        assert!(says["description"].is_string(), "{name} says nothing of itself");
    }
    assert!(!complaints(&state().schema, &serde_json::json!({ "id": "7" })).is_empty());
}
