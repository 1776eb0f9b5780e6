use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_topics::{EventReader, Settings};
use uuid::Uuid;

use crate::Running;
use crate::ledger::{LIFE_EVENTS, Ledger};

/// Events that are stored in a second.
const A_SECOND: u64 = 1_000;
const READ_AT_ONCE: usize = 1_000;
/// Where the numbers of these guarantees begin, so that they are none of those that were there before.
const FIRST: u128 = 7 << 64;

type Place = (u16, u64);

/// From the answer of the append to the reader's hand, at a steady pace.
pub async fn measure(ledger: Arc<Ledger>, settings: &Settings, seconds: u64) {
    let relay = Running::start(&ledger.log, settings);
    relay.caught_up().await;
    let lives = seconds * A_SECOND / LIFE_EVENTS;
    let (told, mut seen_by_all) = tokio::sync::mpsc::unbounded_channel::<(Place, Instant)>();
    let heads = ledger.log.heads().await.unwrap();
    let mut reading = tokio::task::JoinSet::new();
    for (shard, head) in (0..).zip(heads) {
        let mut reader = EventReader::open(settings, shard, head).await.unwrap();
        let told = told.clone();
        reading.spawn(async move {
            loop {
                for event in reader.next(READ_AT_ONCE, Duration::from_secs(1)).await.unwrap() {
                    told.send(((shard, event.position), Instant::now())).unwrap();
                }
            }
        });
    }
    let mut steady =
        tokio::time::interval(Duration::from_secs(LIFE_EVENTS) / u32::try_from(A_SECOND).unwrap());
    let mut calls = Vec::new();
    for number in 0..u128::from(lives) {
        steady.tick().await;
        let ledger = Arc::clone(&ledger);
        calls.push(tokio::spawn(async move {
            ledger.live(FIRST + number).await;
            let answered = Instant::now();
            (ledger.log.load(Uuid::from_u128(FIRST + number)).await.unwrap().events, answered)
        }));
    }
    let mut answered: HashMap<Place, Instant> = HashMap::new();
    for call in calls {
        let (events, at) = call.await.unwrap();
        answered.extend(events.into_iter().map(|event| ((event.shard, event.position), at)));
    }
    let mut milliseconds = Vec::with_capacity(answered.len());
    while milliseconds.len() < answered.len() {
        let (place, seen) = seen_by_all.recv().await.unwrap();
        milliseconds.push(seen.saturating_duration_since(answered[&place]).as_secs_f64() * 1e3);
    }
    reading.shutdown().await;
    relay.stop().await;
    milliseconds.sort_by(f64::total_cmp);
    let at = |part: usize, of: usize| milliseconds[(milliseconds.len() - 1) * part / of];
    println!(
        "commit to reader: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
        at(50, 100),
        at(99, 100),
        at(1, 1)
    );
}
