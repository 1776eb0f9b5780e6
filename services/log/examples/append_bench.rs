//! Measures appends: `append_bench [TASKS] [APPENDS] [URL]`. Each task loads a new aggregate and appends its first event, one after the
//! other, with a journal entry of a kibibyte and a key; prints the throughput, this process's processor time an append, and latencies.
//! The URL is `sqlite:PATH` or `postgres://…` of an empty database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_log::{ACCEPTED, Append, JournalEntry, Log, NewEvent, Options};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

const BODY_BYTES: usize = 1_024;
const KEY_BYTES: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let tasks: u32 = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let appends: u32 = arguments.next().map_or(Ok(200_000), |text| text.parse())?;
    let url = arguments.next().unwrap_or_else(|| "sqlite:append-bench/ledger.db".to_owned());
    let log = Log::open(&Options::new(url, Arc::new(now))).await?;
    let stored_before = *log.watch().borrow();
    let making = making_time(appends)?;
    let (busy_before, begun) = (processor_time()?, Instant::now());
    let workers: Vec<_> =
        (0..tasks).map(|_| tokio::spawn(append_many(log.clone(), appends / tasks))).collect();
    let mut latencies = Vec::new();
    for worker in workers {
        latencies.extend(worker.await??);
    }
    let (took, busy) = (begun.elapsed(), processor_time()?.saturating_sub(busy_before));
    latencies.sort_unstable();
    let count = u32::try_from(latencies.len())?;
    let at = |share: usize| latencies.get(latencies.len() * share / 1_000).copied().unwrap_or_default();
    println!("{tasks} tasks, {count} appends upon {stored_before} events, in {took:.2?}");
    println!(
        "{:.0} appends a second, {:.1?} of processor time an append beside {:.1?} for making it",
        f64::from(count) / took.as_secs_f64(),
        busy.saturating_sub(making) / count,
        making / count
    );
    println!(
        "latency p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, longest {:.1?}",
        at(500),
        at(990),
        at(999),
        latencies.last().copied().unwrap_or_default()
    );
    log.close().await;
    Ok(())
}

/// As a command does: it loads, decides, and appends.
async fn append_many(log: Log, appends: u32) -> Result<Vec<Duration>, baohan_log::AppendError> {
    let mut latencies = Vec::with_capacity(appends as usize);
    for _ in 0..appends {
        let begun = Instant::now();
        let first = first();
        log.load(first.aggregate_id).await?;
        log.append(first).await?;
        latencies.push(begun.elapsed());
    }
    Ok(latencies)
}

/// What the commands alone take of the processors.
fn making_time(appends: u32) -> Result<Duration, Box<dyn std::error::Error>> {
    let before = processor_time()?;
    for _ in 0..appends {
        std::hint::black_box(first());
    }
    Ok(processor_time()?.saturating_sub(before))
}

fn first() -> Append {
    let journal_id = Uuid::now_v7();
    let payload = format!(
        r#"{{"type":"Applied","application_no":"{}","amount":"800000.00","section":"{}"}}"#,
        Uuid::new_v4(),
        "x".repeat(600)
    );
    Append {
        aggregate_id: Uuid::new_v4(),
        expected_sequence: 0,
        events: vec![NewEvent {
            id: Uuid::now_v7(),
            event_type: "Applied".to_owned(),
            event_version: "1".to_owned(),
            payload,
            metadata: format!(r#"{{"actor":"platform:demo","journal_id":"{journal_id}"}}"#),
        }],
        journal: Some(JournalEntry {
            id: journal_id,
            received_at: now(),
            platform: Some("demo".to_owned()),
            interface: "baohanapply".to_owned(),
            application_no: Some(journal_id.to_string()),
            outcome: ACCEPTED.to_owned(),
            code: Some("1".to_owned()),
            message: Some("成功".to_owned()),
            body: Some(Bytes::from(vec![b'x'; BODY_BYTES])),
            body_sm3: "0".repeat(64),
            duration_us: 100,
            remote: Some("127.0.0.1:40000".to_owned()),
            correlation_id: Some(Uuid::now_v7()),
            ..JournalEntry::default()
        }),
        key: Some(vec![7; KEY_BYTES]),
        guarantee_no: None,
        idempotency: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "a program of its own; the library is handed this clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// What this process has used of the processors, from Linux's `/proc`, in hundredths of a second.
fn processor_time() -> Result<Duration, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let hundredths: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(hundredths * 10))
}
