//! A ledger with lives in it, a relay that runs, and what the topic holds by Kafka's own consumer.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use baohan_log::{Append, Log, NewEvent, Options, StoredEvent};
use baohan_relay::{Phase, Relay, Standing};
use baohan_servers::{Record, until};
use baohan_topics::Settings;
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub const WITHIN: Duration = Duration::from_mins(1);

/// Of PostgreSQL stores: some, so that there is order within and none between.
pub const SHARDS: u16 = 4;

/// What happens to a guarantee, event by event.
pub const LIFE: [&str; 6] = ["Applied", "PremiumPaid", "Issued", "InvoiceRequested", "Claimed", "ClaimPaid"];

/// A store, and its folder where it has one.
pub struct Ledger {
    pub log: Log,
    folder: Option<TempDir>,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_625_600, 123_456_000).unwrap()
}

async fn open(file: &Path) -> Log {
    let url = format!("sqlite:{}", file.display());
    Log::open(&Options::new(url, Arc::new(now))).await.unwrap()
}

impl Ledger {
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let log = open(&folder.path().join("ledger.db")).await;
        Self { log, folder: Some(folder) }
    }

    /// A handle of a PostgreSQL store, which may have others: the store is made where it is not there.
    pub async fn of(url: &str) -> Self {
        let options = Options::new(url, Arc::new(now)).with_shards(SHARDS);
        Self { log: Log::open(&options).await.unwrap(), folder: None }
    }

    /// Closes the store, and copies its files as they are then.
    pub async fn backed_up(self) -> (Self, Backup) {
        let Self { log, folder } = self;
        let folder = folder.unwrap();
        log.close().await;
        drop(log);
        let backup = Backup(TempDir::new().unwrap());
        for file in ["ledger.db", "ledger.db-wal"] {
            let from: PathBuf = folder.path().join(file);
            if from.exists() {
                std::fs::copy(from, backup.0.path().join(file)).unwrap();
            }
        }
        let log = open(&folder.path().join("ledger.db")).await;
        (Self { log, folder: Some(folder) }, backup)
    }

    /// One event more for a guarantee that has `before` of them.
    pub async fn happen(&self, guarantee: Uuid, before: u64, name: &str) {
        let path = format!("../../domain/tests/golden/{name}-1.0.json");
        let payload = std::fs::read_to_string(path).unwrap().trim_end().to_owned();
        let number = guarantee.as_u128().to_string();
        self.store(
            guarantee,
            before,
            name,
            "1.0",
            payload.replace("SN20260302000001", &format!("SN{number}")),
        )
        .await;
    }

    pub async fn store(&self, guarantee: Uuid, before: u64, name: &str, version: &str, payload: String) {
        let event = NewEvent {
            id: Uuid::now_v7(),
            event_type: name.to_owned(),
            event_version: version.to_owned(),
            payload,
            metadata: format!(
                "{{\"actor\":\"platform:jyzx-demo\",\"correlation_id\":\"{}\"}}",
                Uuid::now_v7()
            ),
        };
        let append = Append {
            aggregate_id: guarantee,
            expected_sequence: before,
            events: vec![event],
            journal: None,
            key: None,
            guarantee_no: None,
            idempotency: None,
        };
        self.log.append(append).await.unwrap();
    }

    /// Whole lives of guarantees, event after event, all lives at the same pace.
    pub async fn live(&self, guarantees: std::ops::Range<u128>) {
        for (before, name) in (0..).zip(LIFE) {
            let all = guarantees.clone().map(|number| self.happen(Uuid::from_u128(number), before, name));
            futures::future::join_all(all).await;
        }
    }

    /// Every record of every shard, in order.
    pub async fn all(&self) -> Vec<StoredEvent> {
        let mut all = Vec::new();
        for shard in 0..self.log.shards() {
            loop {
                let after = all.iter().filter(|event: &&StoredEvent| event.shard == shard).count();
                let more = self.log.read(shard, u64::try_from(after).unwrap(), 10_000).await.unwrap();
                if more.is_empty() {
                    break;
                }
                all.extend(more);
            }
        }
        all
    }
}

/// The files of a store as they were.
pub struct Backup(TempDir);

impl Backup {
    /// The store as it was then.
    pub async fn restored(self) -> Ledger {
        let log = open(&self.0.path().join("ledger.db")).await;
        Ledger { log, folder: Some(self.0) }
    }
}

/// A relay that runs until it is stopped.
pub struct Running {
    pub relay: Relay,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(log: &Log, settings: &Settings) -> Self {
        Self::start_at(log, settings, now)
    }

    /// With a clock that stands still at a moment after the events.
    pub fn start_later(log: &Log, settings: &Settings) -> Self {
        Self::start_at(log, settings, || now() + TimeDelta::seconds(90))
    }

    fn start_at(log: &Log, settings: &Settings, clock: fn() -> DateTime<Utc>) -> Self {
        let options = baohan_relay::Options::new(Arc::new(clock)).with_turn(Duration::from_secs(3));
        let relay = Relay::new(log.clone(), settings.clone(), options);
        let stop = CancellationToken::new();
        let task = tokio::spawn({
            let (relay, stop) = (relay.clone(), stop.clone());
            async move { relay.run(stop).await }
        });
        Self { relay, stop, task }
    }

    /// Waits until every shard is published up to the store's head.
    pub async fn caught_up(&self, log: &Log) {
        let heads = log.heads().await.unwrap();
        self.stands("everything is published", |standing| {
            standing.shards.iter().zip(&heads).all(|(shard, head)| shard.published == Some(*head))
        })
        .await;
    }

    pub async fn stands(&self, what: &str, mut does: impl FnMut(&Standing) -> bool) -> Standing {
        until(what, WITHIN, async || {
            let standing = self.relay.standing();
            does(&standing).then_some(standing)
        })
        .await
    }

    /// Waits for a code under which publishing does not work.
    pub async fn fails(&self, code: &str) -> Standing {
        self.stands(code, |standing| {
            standing.shards.iter().any(|shard| {
                shard.phase != Phase::Publishing
                    && shard.last_failure.as_ref().is_some_and(|failure| failure.code == code)
            })
        })
        .await
    }

    /// Ends it wherever it is, as a crash of the process would.
    pub fn abort(self) {
        self.task.abort();
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Settings of a prefix that nobody has.
pub async fn fresh() -> Settings {
    Settings::new(baohan_servers::kafka().await.brokers, baohan_servers::fresh_prefix())
}

/// The topic of events by Kafka's own consumer.
pub async fn consumed(settings: &Settings, at_least: usize) -> Vec<Record> {
    baohan_servers::console_consumer(&settings.brokers, &settings.topics().events, at_least).await
}

/// The newest record of each key of the topic of states by Kafka's own consumer.
pub async fn states(settings: &Settings) -> HashMap<String, (u32, serde_json::Value)> {
    let records = baohan_servers::console_consumer(&settings.brokers, &settings.topics().state, 1).await;
    let newest = records.into_iter().map(|record| {
        let key = String::from_utf8(record.key).unwrap();
        (key, (record.partition, serde_json::from_slice(&record.value).unwrap()))
    });
    newest.collect()
}

/// The topic equals the store: record for record, byte for byte, no duplicate, no gap, in order.
pub async fn assert_equal(settings: &Settings, stored: &[StoredEvent]) -> Vec<Record> {
    let records = consumed(settings, stored.len()).await;
    let shards = stored.iter().map(|event| event.shard).max().map_or(0, |shard| shard + 1);
    assert_eq!(records.len(), stored.len(), "as many records as events");
    for shard in 0..shards {
        let of_shard: Vec<_> = records.iter().filter(|record| record.partition == u32::from(shard)).collect();
        let wanted: Vec<_> = stored.iter().filter(|event| event.shard == shard).collect();
        assert_eq!(of_shard.len(), wanted.len(), "shard {shard}");
        for (record, event) in of_shard.iter().zip(wanted) {
            assert_eq!(record.header("ce_position"), Some(event.position.to_string().as_str()));
            assert_eq!(record.header("ce_id"), Some(event.id.to_string().as_str()));
            assert_eq!(record.value, event.payload.as_bytes());
            assert_eq!(record.key, event.aggregate_id.to_string().as_bytes());
            let leaf = hex::encode(event.leaf_hash());
            assert_eq!(record.header("ce_leafhash"), Some(leaf.as_str()));
        }
    }
    records
}
