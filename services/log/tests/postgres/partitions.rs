use std::time::Duration;

use baohan_log::Log;
use baohan_servers::until;
use futures::future::join_all;
use uuid::Uuid;

use crate::ledger::{all, beside, options};
use crate::place::fresh;
use crate::suite::stage::append;

/// So few that a test fills many.
const SIZE: u64 = 8;

async fn leaves(url: &str) -> i64 {
    let count = "SELECT count(*) FROM pg_partition_tree('events') WHERE isleaf";
    sqlx::query_scalar(count).fetch_one(&mut beside(url).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_go_over_many_partitions_and_are_read_in_order() {
    let place = fresh().await;
    let mut small = options(&place.url()).with_shards(2);
    small.partition_size = SIZE;
    let logs = [Log::open(&small).await.unwrap(), Log::open(&small).await.unwrap()];
    let ids: Vec<Uuid> = (0..40).map(|_| Uuid::new_v4()).collect();
    for sequence in 0..5 {
        let round = ids.iter().zip(0..).map(|(id, nth)| {
            let log = &logs[nth % 2];
            async move {
                log.append(append(*id, sequence, "Annotated")).await.unwrap();
            }
        });
        join_all(round).await;
    }
    assert_eq!(all(&logs[0]).await.len(), 200);
    for id in &ids {
        let events = logs[1].load(*id).await.unwrap().events;
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(logs[0].event(events[4].id).await.unwrap().as_ref(), Some(&events[4]));
    }
    assert!(leaves(&place.url()).await > 20);
}

#[tokio::test]
async fn the_next_partition_is_there_before_it_is_needed() {
    let place = fresh().await;
    let mut small = options(&place.url()).with_shards(1);
    small.partition_size = SIZE;
    let log = Log::open(&small).await.unwrap();
    assert_eq!(leaves(&place.url()).await, 1);
    for _ in 0..SIZE - 2 {
        log.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    }
    until("the next partition", Duration::from_secs(20), async || {
        (leaves(&place.url()).await == 2).then_some(())
    })
    .await;
    assert!(log.head(0) < SIZE);
}
