use std::collections::HashSet;

use baohan_log::{AppendError, Error, IdempotencyRecord, StoreKind, shard_of};
use futures::future::join_all;
use uuid::Uuid;

use crate::ledger::{all, noon, open, options};
use crate::place::fresh;
use crate::suite::stage::{append, call};

#[tokio::test]
async fn an_aggregate_stays_in_its_shard() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    assert_eq!((log.shards(), log.store_kind()), (8, StoreKind::Postgres));
    let mut shards = HashSet::new();
    for _ in 0..64 {
        let id = Uuid::new_v4();
        let stored = log.append(append(id, 0, "Applied")).await.unwrap();
        assert_eq!(stored[0].shard, shard_of(id, 8));
        assert_eq!(log.append(append(id, 1, "Issued")).await.unwrap()[0].shard, stored[0].shard);
        shards.insert(stored[0].shard);
    }
    assert!(shards.len() > 4);
    assert_eq!(all(&log).await.len(), 128);
    let heads = log.heads().await.unwrap();
    assert_eq!(heads, (0..8).map(|shard| log.head(shard)).collect::<Vec<_>>());
    assert_eq!(heads.iter().sum::<u64>(), *log.watch().borrow());
}

#[tokio::test]
async fn the_number_of_shards_is_settled_when_the_store_is_made() {
    let place = fresh().await;
    open(&place.url()).await.close().await;
    let log = baohan_log::Log::open(&options(&place.url()).with_shards(3)).await.unwrap();
    assert_eq!(log.shards(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_append_to_the_same_shards_without_a_gap() {
    let place = fresh().await;
    let url = place.url();
    let logs = join_all((0..3).map(|_| open(&url))).await;
    let lives = (0..300_usize).map(|number| {
        let log = logs[number % 3].clone();
        async move {
            let id = Uuid::new_v4();
            let mut first = append(id, 0, "Applied");
            first.journal = Some(call("baohanapply", &format!("A{number}")));
            first.key = Some(vec![1; 48]);
            let first = log.append(first).await.unwrap();
            let second = log.append(append(id, 1, "Issued")).await.unwrap();
            [first, second].concat()
        }
    });
    let answered: Vec<_> = join_all(lives).await.into_iter().flatten().collect();
    let stored = all(&logs[0]).await;
    assert_eq!(stored.len(), 600);
    for event in answered {
        assert_eq!(stored.get(&event.id), Some(&event));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_processes_that_want_the_same_place_one_gets_it() {
    let place = fresh().await;
    let url = place.url();
    let logs = join_all((0..3).map(|_| open(&url))).await;
    for _ in 0..10 {
        let id = Uuid::new_v4();
        let answers = join_all(logs.iter().map(|log| log.append(append(id, 0, "Applied")))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let conflicts =
            answers.iter().filter(|answer| matches!(answer, Err(AppendError::Conflict { actual: 1 })));
        assert_eq!(conflicts.count(), 2);
    }
}

/// The claims of different shards meet at no head: the claim itself decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_and_a_key_are_claimed_once_over_all_shards_and_processes() {
    let place = fresh().await;
    let url = place.url();
    let logs = join_all((0..3).map(|_| open(&url))).await;
    for round in 0..10 {
        let numbered = logs.iter().map(|log| {
            let mut append = append(Uuid::new_v4(), 0, "Applied");
            append.guarantee_no = Some(format!("BH{round}"));
            log.append(append)
        });
        let answers = join_all(numbered).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let keyed = logs.iter().map(|log| {
            let mut append = append(Uuid::new_v4(), 0, "Applied");
            append.idempotency = Some(IdempotencyRecord {
                key: format!("core/{round}"),
                content_sm3: "cd".repeat(32),
                status: 200,
                body: b"{}".to_vec(),
                at: noon(),
            });
            log.append(append)
        });
        let answers = join_all(keyed).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().any(|answer| matches!(answer, Err(AppendError::IdempotencyKeyInUse))));
    }
    assert_eq!(all(&logs[0]).await.len(), 20);
}

#[tokio::test]
async fn an_event_id_is_used_once_over_all_shards() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let first = append(Uuid::new_v4(), 0, "Applied");
    let id = first.events[0].id;
    log.append(first).await.unwrap();
    for _ in 0..8 {
        let mut again = append(Uuid::new_v4(), 0, "Applied");
        again.events[0].id = id;
        let refused = log.append(again).await;
        assert!(matches!(refused, Err(AppendError::Store(Error::Rejected(_)))), "{refused:?}");
    }
    assert_eq!(all(&log).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_of_many_are_each_their_own() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let ids: Vec<Uuid> = (0..200).map(|_| Uuid::new_v4()).collect();
    join_all(ids.iter().map(|id| async {
        let mut first = append(*id, 0, "Applied");
        first.key = Some(id.as_bytes().to_vec());
        log.append(first).await.unwrap();
        log.append(append(*id, 1, "Issued")).await.unwrap();
    }))
    .await;
    let unknown = Uuid::new_v4();
    let wanted = ids.iter().chain([&unknown]);
    let streams = join_all(wanted.map(|id| log.load(*id))).await;
    for (id, stream) in ids.iter().zip(&streams) {
        let stream = stream.as_ref().unwrap();
        let names: Vec<&str> = stream.events.iter().map(|event| event.event_type.as_str()).collect();
        assert_eq!(names, ["Applied", "Issued"]);
        assert!(stream.events.iter().all(|event| event.aggregate_id == *id));
        assert_eq!(stream.key, baohan_log::KeyState::Wrapped(id.as_bytes().to_vec()));
    }
    assert!(streams.last().unwrap().as_ref().unwrap().events.is_empty());
}
