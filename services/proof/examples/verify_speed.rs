//! How long a verification takes against reading the rows and hashing them once, in one run:
//! `cargo run --release -p baohan-proof --example verify_speed -- [EVENTS] [STORE]`, where STORE is an empty database of PostgreSQL; a file in a
//! temporary folder without it. Wanted: at most 1.5 times.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a measurement that fails has nothing to tell")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_domain::command::Apply;
use baohan_domain::event::Annotated;
use baohan_domain::{
    ApplicationNo, Command, Decision, Event, Fingerprint, Guarantee, GuaranteeId, Terms, decide,
};
use baohan_ledger::{Clock, ManualClock};
use baohan_log::{Append, Log, NewEvent, Options as LogOptions, READ_MAX};
use baohan_projections::{Options as ProjectionsOptions, Projections};
use baohan_proof::{Options, Progress, Sources, Trust, verify};
use baohan_seal::SigningKey;
use baohan_sealer::{Outlets, Sealer};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt as _, stream};
use uuid::Uuid;

const EVENTS_DEFAULT: u32 = 100_000;
/// Events of one guarantee.
const LIFE: u32 = 10;
/// Events between two checkpoints: one a second at the highest rate of the log.
const A_CHECKPOINT: u32 = 1_000;
/// Appends that wait at once, so that they share transactions.
const SIDE_BY_SIDE: usize = 128;
/// How often each is measured; the best counts, since others work on the machine as well.
const TIMES: usize = 3;
const KEY: [u8; 32] = [7; 32];
const WANTED: f64 = 1.5;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let events = arguments.next().map_or(EVENTS_DEFAULT, |events| events.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let store = arguments.next().unwrap_or_else(|| file("ledger.db"));
    let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
    let now = clock.clone();
    let log = Log::open(&LogOptions::new(&store, Arc::new(move || now.now()))).await.unwrap();
    let projections = Projections::open(log.clone(), ProjectionsOptions::beside(&store)).await.unwrap();
    let filled = Instant::now();
    fill(&log, &projections, &clock, events).await;
    println!("{events} events were written, applied and sealed in {:.1} s", filled.elapsed().as_secs_f64());

    let key = SigningKey::from_bytes(&KEY).unwrap().public_key().clone();
    let trust = Trust { keys: vec![key], ..Trust::default() };
    let sources =
        Sources { log: log.clone(), projections: Some(projections), documents: None, open_body: None, trust };
    let (mut read, mut whole, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        read.push(read_and_hashed(&log, events).await);
        whole.push(verified(&sources, &Options::default(), events).await);
        alone.push(verified(&sources, &Options { log_alone: true, ..Options::default() }, events).await);
    }
    let (read, whole, alone) = (best(&read), best(&whole), best(&alone));
    let told = |what: &str, took: Duration| {
        let seconds = took.as_secs_f64();
        println!(
            "{what:<58} {seconds:>7.2} s {:>9.0} events/s  {:.2} times",
            f64::from(events) / seconds,
            seconds / read.as_secs_f64()
        );
    };
    told("reading the rows and hashing them once", read);
    told("verify: log, seal, checkpoints", alone);
    told("verify: log, seal, checkpoints, timeline, guarantees", whole);
    println!("wanted: at most {WANTED} times");
    log.close().await;
}

fn best(times: &[Duration]) -> Duration {
    times.iter().min().copied().unwrap()
}

async fn read_and_hashed(log: &Log, events: u32) -> Duration {
    let begun = Instant::now();
    let mut hashed = 0;
    for shard in 0..log.shards() {
        let mut after = 0;
        loop {
            let rows = log.read(shard, after, READ_MAX).await.unwrap();
            let Some(last) = rows.last() else { break };
            after = last.position;
            for row in &rows {
                std::hint::black_box(row.leaf_hash());
            }
            hashed += rows.len();
        }
    }
    assert_eq!(hashed, events as usize);
    begun.elapsed()
}

async fn verified(sources: &Sources, options: &Options, events: u32) -> Duration {
    let silent: Progress = Arc::new(|_| {});
    let begun = Instant::now();
    let report = verify(sources, options, &silent).await.unwrap();
    let took = begun.elapsed();
    assert!(report.fits && report.is_signed, "{:#?}", report.findings);
    assert_eq!(report.compared.records, u64::from(events));
    took
}

async fn fill(log: &Log, projections: &Projections, clock: &ManualClock, events: u32) {
    let mut runner = projections.runner().await.unwrap();
    let clocked: Arc<dyn Clock> = Arc::new(clock.clone());
    let signer = Arc::new(SigningKey::from_bytes(&KEY).unwrap().into());
    let out = Outlets::default();
    let sealer =
        Sealer::new(log.clone(), projections.clone(), clocked, signer, None, out, Duration::from_secs(1));
    let mut written = 0;
    let mut number = 0;
    while written < events {
        let guarantees = (events - written).min(A_CHECKPOINT).div_ceil(LIFE);
        let lives = (number..number + guarantees).map(|number| {
            let life = LIFE.min(events - written - (number * LIFE - written));
            life_of(log, number, life, clock.now())
        });
        stream::iter(lives).buffer_unordered(SIDE_BY_SIDE).collect::<Vec<()>>().await;
        number += guarantees;
        written = events.min(number * LIFE);
        clock.advance(TimeDelta::seconds(1));
        runner.catch_up().await.unwrap();
        sealer.step().await.unwrap();
    }
}

async fn life_of(log: &Log, number: u32, events: u32, at: DateTime<Utc>) {
    let application_no = ApplicationNo::new(format!("SQ{number:08}")).unwrap();
    let id = GuaranteeId::of("jyzx-demo", None, &application_no);
    let mut told: Vec<Event> =
        match decide(&Guarantee::default(), Command::Apply(applied(application_no, at))) {
            Ok(Decision::Changed(events)) => events,
            other => panic!("{other:?}"),
        };
    let remark = |n: u32| Annotated {
        text: format!("第{n}次核对：{}", "资料齐全，保证金已到账，经办人复核无误。".repeat(6)),
        idempotency_key: None,
        annotated_at: at,
    };
    told.extend((1..events).map(|n| Event::from(remark(n))));
    let event = |event: &Event| NewEvent {
        id: Uuid::now_v7(),
        event_type: event.name().to_owned(),
        event_version: event.version().to_owned(),
        payload: serde_json::to_string(event).unwrap(),
        metadata: format!(
            r#"{{"actor":"platform:jyzx-demo","correlation_id":"{}","raw_sm3":"{}"}}"#,
            Uuid::from_u128(number.into()),
            hex::encode([5; 32])
        ),
    };
    let append = Append {
        aggregate_id: id.uuid(),
        expected_sequence: 0,
        events: told.iter().map(event).collect(),
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    };
    log.append(append).await.unwrap();
}

fn applied(application_no: ApplicationNo, at: DateTime<Utc>) -> Apply {
    Apply {
        platform: "jyzx-demo".to_owned(),
        platform_code: None,
        application_no,
        terms: Terms {
            applicant_name: Some("江南建设集团有限公司".to_owned()),
            applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
            amount: Some("800000.00".parse().unwrap()),
            section_no: Some("E3200000001000001001".to_owned()),
            section_name: Some("滨江快速路改造工程一标段".to_owned()),
            beneficiary_name: Some("滨江城市建设投资有限公司".to_owned()),
            beneficiary_code: Some("91320100MA1YYYYY1B".to_owned()),
        },
        sealed: BTreeMap::new(),
        extra: BTreeMap::new(),
        personal: BTreeMap::new(),
        content: Fingerprint::new("f1.0".to_owned()),
        at,
    }
}
