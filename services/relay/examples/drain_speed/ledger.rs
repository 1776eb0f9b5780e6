use std::sync::Arc;

use baohan_log::{Append, Log, NewEvent, Options, StoredEvent};
use uuid::Uuid;

const LIFE: [&str; 4] = ["Applied", "PremiumPaid", "Issued", "InvoiceRequested"];
/// How many events a life has.
pub const LIFE_EVENTS: u64 = LIFE.len() as u64;
const APPENDS_AT_ONCE: usize = 256;
const READ_AT_ONCE: usize = 10_000;

/// A store that is full, and its folder where it has one.
pub struct Ledger {
    pub log: Log,
    _folder: Option<tempfile::TempDir>,
}

pub fn now() -> chrono::DateTime<chrono::Utc> {
    #[expect(clippy::disallowed_methods, reason = "a measurement is of the real time")]
    chrono::Utc::now()
}

impl Ledger {
    /// A new store with that many events.
    pub async fn new(store: &str, events: u64) -> Self {
        let (url, folder) = match store {
            "sqlite" => {
                let folder = tempfile::TempDir::new().unwrap();
                (format!("sqlite:{}", folder.path().join("ledger.db").display()), Some(folder))
            }
            "postgres" => (baohan_servers::database().await.url.clone(), None),
            other => panic!("a store is sqlite or postgres, and not {other}"),
        };
        let log = Log::open(&Options::new(url, Arc::new(now))).await.unwrap();
        let ledger = Self { log, _folder: folder };
        let all: Vec<u128> = (1..=u128::from(events / LIFE_EVENTS)).collect();
        for some in all.chunks(APPENDS_AT_ONCE) {
            futures::future::join_all(some.iter().map(|number| ledger.live(*number))).await;
        }
        ledger
    }

    /// A whole life of a guarantee, in one append.
    pub async fn live(&self, number: u128) {
        let append = Append {
            aggregate_id: Uuid::from_u128(number),
            expected_sequence: 0,
            events: LIFE.iter().map(|name| event(name)).collect(),
            journal: None,
            key: None,
            guarantee_no: None,
            idempotency: None,
        };
        self.log.append(append).await.unwrap();
    }

    /// Every event, shard by shard.
    pub async fn all(&self) -> Vec<Vec<StoredEvent>> {
        let mut shards = Vec::new();
        for shard in 0..self.log.shards() {
            let mut all = Vec::new();
            loop {
                let after = u64::try_from(all.len()).unwrap();
                let more = self.log.read(shard, after, READ_AT_ONCE).await.unwrap();
                if more.is_empty() {
                    break;
                }
                all.extend(more);
            }
            shards.push(all);
        }
        shards
    }
}

fn event(name: &str) -> NewEvent {
    let path = format!("{}/../../domain/tests/golden/{name}-1.0.json", env!("CARGO_MANIFEST_DIR"));
    NewEvent {
        id: Uuid::now_v7(),
        event_type: name.to_owned(),
        event_version: "1.0".to_owned(),
        payload: std::fs::read_to_string(path).unwrap().trim_end().to_owned(),
        metadata: format!("{{\"actor\":\"bench\",\"correlation_id\":\"{}\"}}", Uuid::now_v7()),
    }
}
