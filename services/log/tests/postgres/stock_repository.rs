//! The stock repository and event store of postgres-es and cqrs-es read our table and come to the same guarantee.

use baohan_domain::{Event, Guarantee, evolve};
use baohan_log::{Append, NewEvent};
use cqrs_es::EventStore;
use cqrs_es::persist::{PersistedEventRepository, PersistedEventStore};
use postgres_es::PostgresEventRepository;
use sqlx::PgPool;
use uuid::Uuid;

use crate::ledger::open;
use crate::place::fresh;

/// A life, event by event.
const LIFE: [(&str, &str); 6] = [
    ("Applied", include_str!("../../../../domain/tests/golden/Applied-1.0.json")),
    ("PremiumPaid", include_str!("../../../../domain/tests/golden/PremiumPaid-1.0.json")),
    ("Issued", include_str!("../../../../domain/tests/golden/Issued-1.0.json")),
    ("RestoreRequested", include_str!("../../../../domain/tests/golden/RestoreRequested-1.0.json")),
    ("Restored", include_str!("../../../../domain/tests/golden/Restored-1.0.json")),
    ("Annotated", include_str!("../../../../domain/tests/golden/Annotated-1.0.json")),
];

fn append(id: Uuid, sequence: usize) -> Append {
    let (name, payload) = LIFE[sequence];
    Append {
        aggregate_id: id,
        expected_sequence: sequence as u64,
        events: vec![NewEvent {
            id: Uuid::now_v7(),
            event_type: name.to_owned(),
            event_version: "1.0".to_owned(),
            payload: payload.trim().to_owned(),
            metadata: r#"{"actor":"test"}"#.to_owned(),
        }],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    }
}

#[tokio::test]
async fn it_loads_guarantees_of_all_shards_and_finds_the_same_state() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let lives: Vec<(Uuid, usize)> =
        (0..24_u128).map(|nth| (Uuid::from_u128(nth), 1 + nth as usize % LIFE.len())).collect();
    for (id, events) in &lives {
        for sequence in 0..*events {
            log.append(append(*id, sequence)).await.unwrap();
        }
    }
    let pool = PgPool::connect(&place.url()).await.unwrap();
    let store =
        PersistedEventStore::<_, Guarantee>::new_event_store(PostgresEventRepository::new(pool.clone()));
    let repository = PostgresEventRepository::new(pool);
    for (id, events) in lives {
        let ours = log.load(id).await.unwrap().events;
        let theirs = repository.get_events::<Guarantee>(&id.to_string()).await.unwrap();
        assert_eq!((ours.len(), theirs.len()), (events, events));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!((ours.sequence, &ours.event_type), (theirs.sequence as u64, &theirs.event_type));
            assert_eq!(serde_json::from_str::<serde_json::Value>(&ours.payload).unwrap(), theirs.payload);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&ours.metadata).unwrap(), theirs.metadata);
        }
        let state = ours.iter().fold(Guarantee::default(), |guarantee, event| {
            evolve(guarantee, &serde_json::from_str::<Event>(&event.payload).unwrap())
        });
        let loaded = store.load_aggregate(&id.to_string()).await.unwrap();
        assert_eq!(loaded.current_sequence, events);
        assert_eq!(loaded.aggregate, state);
        assert_ne!(state, Guarantee::default());
    }
}
