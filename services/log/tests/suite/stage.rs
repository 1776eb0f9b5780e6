//! A fresh store, a clock that is moved by hand, and what the stories append.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use baohan_log::{ACCEPTED, Append, JournalEntry, Log, NewEvent, Options, StoredEvent};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::place::{Place, fresh};

/// Noon of a day in UTC, as microseconds since 1970.
const NOON_US: i64 = 1_772_625_600_000_000;

/// An open store, where it lies, and its clock.
pub struct Stage {
    pub log: Log,
    clock: Arc<AtomicI64>,
    pub place: Place,
}

impl Deref for Stage {
    type Target = Log;

    fn deref(&self) -> &Log {
        &self.log
    }
}

/// A fresh store.
pub async fn opened() -> Stage {
    let (place, clock) = (fresh().await, Arc::new(AtomicI64::new(NOON_US)));
    let log = Log::open(&options(&place, &clock)).await.unwrap();
    Stage { log, clock, place }
}

/// One shard, wherever: positions are the same then.
fn options(place: &Place, clock: &Arc<AtomicI64>) -> Options {
    let clock = clock.clone();
    Options::new(place.url(), Arc::new(move || time(clock.load(Ordering::SeqCst)))).with_shards(1)
}

fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap()
}

/// Noon, and some seconds.
pub fn noon(seconds: i64) -> DateTime<Utc> {
    time(NOON_US) + TimeDelta::seconds(seconds)
}

impl Stage {
    /// Sets the clock to some seconds after noon.
    pub fn at(&self, seconds: i64) {
        self.clock.store(NOON_US + seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Closes the store and opens it again.
    pub async fn reopened(self) -> Self {
        let Self { log, clock, place } = self;
        log.close().await;
        let log = Log::open(&options(&place, &clock)).await.unwrap();
        Self { log, clock, place }
    }

    /// A second handle that only reads.
    pub async fn read_only(&self) -> Log {
        Log::open(&options(&self.place, &self.clock).read_only()).await.unwrap()
    }

    /// All records, which must have the positions 1, 2, 3 ….
    pub async fn all(&self) -> Vec<StoredEvent> {
        let records = self.read(0, 0, usize::MAX).await.unwrap();
        for (record, position) in records.iter().zip(1..) {
            assert_eq!(record.position, position);
        }
        assert_eq!(self.head(0), records.len() as u64);
        records
    }
}

pub fn event(name: &str) -> NewEvent {
    NewEvent {
        id: Uuid::now_v7(),
        event_type: name.to_owned(),
        event_version: "1".to_owned(),
        payload: format!(r#"{{"type":"{name}","amount":"800000.00"}}"#),
        metadata: r#"{"actor":"test"}"#.to_owned(),
    }
}

/// One event upon an aggregate that has `expected_sequence`.
pub fn append(aggregate_id: Uuid, expected_sequence: u64, name: &str) -> Append {
    Append {
        aggregate_id,
        expected_sequence,
        events: vec![event(name)],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    }
}

/// A call with all that an entry can have.
pub fn call(interface: &str, application_no: &str) -> JournalEntry {
    JournalEntry {
        id: Uuid::now_v7(),
        received_at: noon(0),
        platform: Some("demo".to_owned()),
        interface: interface.to_owned(),
        application_no: Some(application_no.to_owned()),
        aggregate_id: Some(Uuid::from_u128(5)),
        outcome: ACCEPTED.to_owned(),
        code: Some("1".to_owned()),
        message: Some("成功".to_owned()),
        diagnosis: Some("{}".to_owned()),
        marks: Some("[]".to_owned()),
        body: Some(Bytes::from_static(b"{\"applyno\":\"A1\"}\xff")),
        body_sm3: "ab".repeat(32),
        duration_us: 1_234,
        remote: Some("10.0.0.1:4000".to_owned()),
        correlation_id: Some(Uuid::from_u128(6)),
    }
}
