//! The stock repository of cqrs-es reads our table.

use std::fmt;

use baohan_log::Log;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::PersistedEventRepository;
use cqrs_es::{Aggregate, DomainEvent};
use sqlite_es::SqliteEventRepository;
use sqlx::SqlitePool;
use tempfile::TempDir;
use uuid::Uuid;

use crate::file::{first, options};

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Happened;

impl DomainEvent for Happened {
    fn event_type(&self) -> String {
        "Applied".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Guarantee;

#[derive(Debug)]
struct Never;

impl fmt::Display for Never {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("never")
    }
}

impl std::error::Error for Never {}

impl Aggregate for Guarantee {
    const TYPE: &'static str = "guarantee";
    type Command = ();
    type Event = Happened;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), Never> {
        Ok(())
    }

    fn apply(&mut self, _: Happened) {}
}

#[tokio::test]
async fn it_reads_an_aggregate_in_order() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    let (id, other) = (Uuid::new_v4(), Uuid::new_v4());
    log.append(first(id)).await.unwrap();
    log.append(first(other)).await.unwrap();
    let mut second = first(id);
    second.expected_sequence = 1;
    second.events[0].event_type = "Issued".to_owned();
    log.append(second).await.unwrap();

    let pool = SqlitePool::connect(&format!("sqlite:{}/ledger.db", folder.path().display())).await.unwrap();
    let repository = SqliteEventRepository::new(pool);
    let events = repository.get_events::<Guarantee>(&id.to_string()).await.unwrap();
    let seen: Vec<_> = events.iter().map(|event| (event.sequence, event.event_type.as_str())).collect();
    assert_eq!(seen, [(1, "Applied"), (2, "Issued")]);
    assert_eq!(events[0].aggregate_id, id.to_string());
    assert_eq!((events[0].aggregate_type.as_str(), events[0].event_version.as_str()), ("guarantee", "1"));
    assert_eq!(events[0].payload, serde_json::json!({"type": "Applied", "amount": "800000.00"}));
    assert_eq!(events[0].metadata, serde_json::json!({"actor": "test"}));
    let last = repository.get_last_events::<Guarantee>(&id.to_string(), 1).await.unwrap();
    assert_eq!(last.len(), 1);
}
