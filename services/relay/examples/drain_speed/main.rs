//! How fast a full log is drained, against a bare transactional producer of the same records; and how long an event takes from its
//! commit to a reader of committed records, at a steady pace.
//!
//! `cargo run --release -p baohan-relay --example drain_speed [EVENTS] [SECONDS] [sqlite|postgres] [ROUNDS]`
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a measurement that fails ends"
)]

mod bare;
mod effort;
mod ledger;
mod pace;

use std::sync::Arc;
use std::time::Duration;

use baohan_log::Log;
use baohan_relay::Relay;
use baohan_topics::Settings;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::effort::{Effort, Watch};
use crate::ledger::Ledger;

const EVENTS_USUAL: u64 = 200_000;
const SECONDS_USUAL: u64 = 10;
const ROUNDS_USUAL: u32 = 3;

/// A relay at work.
pub struct Running {
    relay: Relay,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts it.
    pub fn start(log: &Log, settings: &Settings) -> Self {
        let relay =
            Relay::new(log.clone(), settings.clone(), baohan_relay::Options::new(Arc::new(ledger::now)));
        let stop = CancellationToken::new();
        let task = tokio::spawn({
            let (relay, stop) = (relay.clone(), stop.clone());
            async move { relay.run(stop).await }
        });
        Self { relay, stop, task }
    }

    /// Waits until it stands so.
    async fn until(&self, stands: impl Fn(&baohan_relay::ShardStanding) -> bool) {
        let mut a_look = tokio::time::interval(Duration::from_millis(1));
        while !self.relay.standing().shards.iter().all(&stands) {
            a_look.tick().await;
        }
    }

    /// Waits until everything is published.
    pub async fn caught_up(&self) {
        self.until(|shard| shard.published == Some(shard.head)).await;
    }

    /// Ends it.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

async fn drain(log: &Log, settings: &Settings) -> Effort {
    let relay = Running::start(log, settings);
    relay.until(|shard| shard.published.is_some()).await;
    let watch = Watch::start();
    relay.caught_up().await;
    let effort = watch.stop();
    relay.stop().await;
    effort
}

/// The records of the topic of states, shard by shard.
async fn states(settings: &Settings, shards: u16) -> Vec<Vec<(String, String)>> {
    let records = baohan_servers::console_consumer(&settings.brokers, &settings.topics().state, 1).await;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let mut states = vec![Vec::new(); usize::from(shards)];
    for record in records {
        states[usize::try_from(record.partition).unwrap()].push((text(record.key), text(record.value)));
    }
    states
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |place: usize| arguments.get(place).map(String::as_str);
    let events = argument(0).map_or(EVENTS_USUAL, |events| events.parse().unwrap());
    let seconds = argument(1).map_or(SECONDS_USUAL, |seconds| seconds.parse().unwrap());
    let store = argument(2).unwrap_or("sqlite");
    let rounds = argument(3).map_or(ROUNDS_USUAL, |rounds| rounds.parse().unwrap());
    let brokers = baohan_servers::kafka().await.brokers;
    let ledger = Arc::new(Ledger::new(store, events).await);
    let (all, shards) = (Arc::new(ledger.all().await), ledger.log.shards());
    let bytes: usize = all.iter().flatten().map(|event| event.payload.len()).sum();
    println!("{store}, {shards} shards, {events} events, {bytes} bytes of payload");
    let fresh = async || {
        let settings = Settings::new(brokers.clone(), baohan_servers::fresh_prefix());
        baohan_topics::ensure(&settings, shards).await.unwrap();
        settings
    };
    let settings = fresh().await;
    drain(&ledger.log, &settings).await;
    let states = Arc::new(states(&settings, shards).await);
    println!("{} states beside them", states.iter().flatten().count());
    for round in 1..=rounds {
        let (without, with, ours) = (fresh().await, fresh().await, fresh().await);
        let of = Arc::clone(&all);
        let plain = tokio::task::spawn_blocking(move || bare::publish(&without, &of, &[])).await.unwrap();
        println!("round {round}: bare {plain}");
        let (of, beside) = (Arc::clone(&all), Arc::clone(&states));
        let whole = tokio::task::spawn_blocking(move || bare::publish(&with, &of, &beside)).await.unwrap();
        println!("round {round}: bare, the same bytes {whole}");
        let relay = drain(&ledger.log, &ours).await;
        let against = |other: Effort| other.wall.as_secs_f64() / relay.wall.as_secs_f64();
        println!(
            "round {round}: relay {relay}: {:.2} of the bare one, {:.2} of the same bytes",
            against(plain),
            against(whole)
        );
    }
    if seconds > 0 {
        pace::measure(ledger, &fresh().await, seconds).await;
    }
}
