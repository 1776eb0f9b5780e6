//! How fast a full log is drained, against a bare transactional producer of the same records; and how long an event takes from its
//! commit to a reader of committed records, at a steady pace.
//!
//! `cargo run --release -p baohan-relay --example drain_speed [EVENTS] [SECONDS]`
#![allow(clippy::unwrap_used, reason = "a measurement that fails ends")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_log::{Append, Log, NewEvent, StoredEvent};
use baohan_relay::Relay;
use baohan_topics::{EventReader, Ready, Settings, Subject};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const LIFE: [&str; 4] = ["Applied", "PremiumPaid", "Issued", "InvoiceRequested"];
const WITHIN: Duration = Duration::from_mins(1);
/// As many as the relay puts in one transaction.
const TRANSACTION: usize = 4_000;
const APPENDS_AT_ONCE: usize = 256;

async fn store(events: usize) -> (tempfile::TempDir, Log) {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    let log = Log::open(&baohan_log::Options::new(url, Arc::new(now))).await.unwrap();
    let guarantees = u128::try_from(events / LIFE.len()).unwrap();
    let all: Vec<u128> = (1..=guarantees).collect();
    for some in all.chunks(APPENDS_AT_ONCE) {
        futures::future::join_all(some.iter().map(|number| live(&log, *number))).await;
    }
    (folder, log)
}

fn now() -> chrono::DateTime<chrono::Utc> {
    #[expect(clippy::disallowed_methods, reason = "a measurement is of the real time")]
    chrono::Utc::now()
}

async fn live(log: &Log, number: u128) {
    let events = LIFE.iter().map(|name| {
        let path = format!("../../domain/tests/golden/{name}-1.0.json");
        let path = if std::path::Path::new(&path).exists() { path } else { path.replacen("../../", "", 1) };
        NewEvent {
            id: Uuid::now_v7(),
            event_type: (*name).to_owned(),
            event_version: "1.0".to_owned(),
            payload: std::fs::read_to_string(path).unwrap().trim_end().to_owned(),
            metadata: format!("{{\"actor\":\"bench\",\"correlation_id\":\"{}\"}}", Uuid::now_v7()),
        }
    });
    let append = Append {
        aggregate_id: Uuid::from_u128(number),
        expected_sequence: 0,
        events: events.collect(),
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    };
    log.append(append).await.unwrap();
}

async fn read_all(log: &Log) -> Vec<StoredEvent> {
    let mut all = Vec::new();
    loop {
        let more = log.read(0, u64::try_from(all.len()).unwrap(), 10_000).await.unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Everything is in memory before the clock starts; `states` are sent along, so that the bytes are those of the relay.
fn bare(settings: &Settings, events: Vec<StoredEvent>, states: &[(String, String)]) -> Duration {
    let producer: ThreadedProducer<DefaultProducerContext> = settings.producer(0).unwrap().create().unwrap();
    producer.init_transactions(WITHIN).unwrap();
    let subject = Subject {
        platform: Some("jyzx-demo".to_owned()),
        application_no: Some("SN20260302000001".to_owned()),
        guarantee_no: Some("BH2026030200000001".to_owned()),
    };
    let mut ready: Vec<Ready> = events.into_iter().map(|event| Ready::of(event, [7; 32], &subject)).collect();
    let (topics, count) = (settings.topics(), ready.len().div_ceil(TRANSACTION));
    let states_each = states.len().div_ceil(count).max(1);
    let mut states = states.chunks(states_each);
    let started = Instant::now();
    for transaction in ready.chunks_mut(TRANSACTION) {
        producer.begin_transaction().unwrap();
        for record in transaction {
            producer.send(record.record(&topics.events)).map_err(|(error, _)| error).unwrap();
        }
        for (key, state) in states.next().unwrap_or_default() {
            let record = BaseRecord::to(&topics.state).partition(0).key(key.as_str()).payload(state.as_str());
            producer.send(record).map_err(|(error, _)| error).unwrap();
        }
        // The client's own flush looks but every tenth of a second.
        while producer.in_flight_count() > 0 {
            std::thread::park_timeout(Duration::from_micros(100));
        }
        producer.commit_transaction(WITHIN).unwrap();
    }
    started.elapsed()
}

async fn drain(log: &Log, settings: &Settings) -> Duration {
    let relay = Relay::new(log.clone(), settings.clone(), baohan_relay::Options::new(Arc::new(now)));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (relay, stop) = (relay.clone(), stop.clone());
        async move { relay.run(stop).await }
    });
    let mut a_look = tokio::time::interval(Duration::from_millis(1));
    while relay.standing().shards[0].published.is_none() {
        a_look.tick().await;
    }
    let started = Instant::now();
    while relay.standing().shards[0].published != Some(log.head(0)) {
        a_look.tick().await;
    }
    let took = started.elapsed();
    stop.cancel();
    running.await.unwrap();
    took
}

/// From the answer of the append to the reader's hand, at a steady pace; sorted, in milliseconds.
async fn latencies(log: &Log, settings: &Settings, seconds: u64) -> Vec<f64> {
    const A_SECOND: u64 = 1_000;
    let relay = Relay::new(log.clone(), settings.clone(), baohan_relay::Options::new(Arc::new(now)));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (relay, stop) = (relay.clone(), stop.clone());
        async move { relay.run(stop).await }
    });
    let mut a_look = tokio::time::interval(Duration::from_millis(1));
    while relay.standing().shards[0].published != Some(log.head(0)) {
        a_look.tick().await;
    }
    let head = log.head(0);
    let mut reader = EventReader::open(settings, 0, head).await.unwrap();
    let total = seconds * A_SECOND / 4 * 4;
    let reading = tokio::spawn(async move {
        let mut seen = std::collections::HashMap::new();
        while u64::try_from(seen.len()).unwrap() < total {
            for event in reader.next(1_000, Duration::from_secs(1)).await.unwrap() {
                seen.insert(event.position, Instant::now());
            }
        }
        seen
    });
    let mut pace = tokio::time::interval(Duration::from_millis(4));
    let mut calls = Vec::new();
    for number in 0..u128::from(total / 4) {
        pace.tick().await;
        let log = log.clone();
        calls.push(tokio::spawn(async move {
            live(&log, (7 << 64) + number).await;
            let answered = Instant::now();
            (log.load(Uuid::from_u128((7 << 64) + number)).await.unwrap().events, answered)
        }));
    }
    let mut answered = Vec::new();
    for call in calls {
        let (events, at) = call.await.unwrap();
        answered.extend(events.into_iter().map(|event| (event.position, at)));
    }
    let seen = reading.await.unwrap();
    stop.cancel();
    running.await.unwrap();
    let mut milliseconds: Vec<f64> = answered
        .into_iter()
        .map(|(position, at)| seen[&position].saturating_duration_since(at).as_secs_f64() * 1e3)
        .collect();
    milliseconds.sort_by(f64::total_cmp);
    milliseconds
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().unwrap());
    let events: usize = arguments.next().unwrap_or(200_000);
    let seconds = arguments.next().unwrap_or(10);
    let brokers = baohan_servers::kafka().await.brokers;
    let (_folder, log) = store(events).await;
    let all = read_all(&log).await;
    println!(
        "{} events, {} bytes of payload",
        all.len(),
        all.iter().map(|event| event.payload.len()).sum::<usize>()
    );
    let fresh = async || {
        let settings = Settings::new(brokers.clone(), baohan_servers::fresh_prefix());
        baohan_topics::ensure(&settings, 1).await.unwrap();
        settings
    };
    let states: Vec<(String, String)> = {
        let settings = fresh().await;
        drain(&log, &settings).await;
        let records = baohan_servers::console_consumer(&brokers, &settings.topics().state, 1).await;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        records.into_iter().map(|record| (text(record.key), text(record.value))).collect()
    };
    println!("{} states beside them", states.len());
    for round in 1..=3 {
        let (without, with, ours) = (fresh().await, fresh().await, fresh().await);
        let (its_events, no_states) = (all.clone(), Vec::new());
        let plain =
            tokio::task::spawn_blocking(move || bare(&without, its_events, &no_states)).await.unwrap();
        let (its_events, its_states) = (all.clone(), states.clone());
        let whole = tokio::task::spawn_blocking(move || bare(&with, its_events, &its_states)).await.unwrap();
        let relay = drain(&log, &ours).await;
        println!(
            "round {round}: bare {plain:?}, bare with states {whole:?}, relay {relay:?}: {:.2} of the bare one, {:.2} of the same bytes",
            plain.as_secs_f64() / relay.as_secs_f64(),
            whole.as_secs_f64() / relay.as_secs_f64()
        );
    }
    let settings = fresh().await;
    let milliseconds = latencies(&log, &settings, seconds.try_into().unwrap()).await;
    let at = |part: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = ((milliseconds.len() - 1) as f64 * part) as usize;
        milliseconds[place]
    };
    println!("commit to reader: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms", at(0.5), at(0.99), at(1.0));
}
