//! Ledgers of eight shards, connections beside them, and what must hold of all of them.

use std::collections::HashMap;
use std::sync::Arc;

use baohan_log::{Error, Log, Options, StoredEvent};
use chrono::{DateTime, Utc};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

/// Noon of a day, for all clocks.
pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_772_625_600_000_000).unwrap()
}

pub fn options(url: &str) -> Options {
    Options::new(url, Arc::new(noon))
}

pub async fn open(url: &str) -> Log {
    Log::open(&options(url)).await.unwrap()
}

pub async fn refused(options: &Options) -> Error {
    match Log::open(options).await {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

/// A connection beside the ledger's own, as a person with a shell has it.
pub async fn beside(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// What a statement is refused with, or how many rows it changed.
pub async fn refusal(connection: &mut PgConnection, statement: &str) -> String {
    match connection.execute(statement).await {
        Ok(done) => format!("{} rows changed", done.rows_affected()),
        Err(error) => error.to_string(),
    }
}

/// All events of all shards, whose positions must be 1, 2, 3 … and whose times never go back.
pub async fn all(log: &Log) -> HashMap<Uuid, StoredEvent> {
    let mut all = HashMap::new();
    for (shard, head) in (0_u16..).zip(log.heads().await.unwrap()) {
        let mut after = 0;
        let mut recorded_at = DateTime::<Utc>::MIN_UTC;
        while after < head {
            let events = log.read(shard, after, 500).await.unwrap();
            assert!(!events.is_empty(), "shard {shard} ends at {after} before its head {head}");
            for event in events {
                after += 1;
                assert_eq!((event.shard, event.position), (shard, after));
                assert!(event.recorded_at >= recorded_at);
                recorded_at = event.recorded_at;
                assert!(all.insert(event.id, event).is_none(), "an event stands twice");
            }
        }
        assert!(log.read(shard, head, 1).await.unwrap().is_empty());
    }
    all
}
