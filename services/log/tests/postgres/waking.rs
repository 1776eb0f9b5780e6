use std::time::Duration;

use baohan_servers::until;
use sqlx::Executor;
use sqlx::postgres::PgListener;
use uuid::Uuid;

use crate::ledger::{beside, open};
use crate::place::fresh;
use crate::suite::stage::append;

/// Time enough for a machine that is busy with everything else.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends the connections that listen, and answers how many there were.
async fn end_listeners(url: &str) -> i64 {
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";
    sqlx::query_scalar(end).fetch_one(&mut beside(url).await).await.unwrap()
}

#[tokio::test]
async fn another_process_is_woken_and_knows_the_head() {
    let place = fresh().await;
    let (writer, other) = (open(&place.url()).await, open(&place.url()).await);
    let mut watch = other.watch();
    let stored = writer.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    tokio::time::timeout(PATIENCE, watch.wait_for(|events| *events == 1)).await.unwrap().unwrap();
    assert_eq!(other.head(stored[0].shard), 1);
}

#[tokio::test]
async fn who_tells_it_to_the_channel_wakes_all() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let mut watch = log.watch();
    until("the listener", PATIENCE, async || {
        beside(&place.url()).await.execute("SELECT pg_notify('baohan_log', '3:5,1:2')").await.unwrap();
        watch.has_changed().unwrap().then_some(())
    })
    .await;
    assert_eq!((*watch.borrow_and_update(), log.head(3), log.head(1)), (7, 5, 2));
}

#[tokio::test]
async fn what_is_committed_is_told_where_others_listen() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let mut listener = PgListener::connect(&place.url()).await.unwrap();
    listener.execute("SELECT pg_advisory_lock_shared(1650552680, 1)").await.unwrap();
    listener.listen("baohan_log").await.unwrap();
    let told = until("a notification", PATIENCE, async || {
        let stored = log.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
        let told = tokio::time::timeout(Duration::from_secs(1), listener.recv()).await.ok()?.unwrap();
        Some((told.payload().to_owned(), format!("{}:{}", stored[0].shard, stored[0].position)))
    })
    .await;
    assert_eq!(told.0, told.1);
}

#[tokio::test]
async fn without_notifications_the_heads_are_polled_and_listening_comes_back() {
    let place = fresh().await;
    let (writer, other) = (open(&place.url()).await, open(&place.url()).await);
    let mut watch = other.watch();
    let listeners = async || {
        let ended = end_listeners(&place.url()).await;
        (ended > 0).then_some(())
    };
    for events in 1..4 {
        until("listeners", PATIENCE, listeners).await;
        writer.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
        tokio::time::timeout(PATIENCE, watch.wait_for(|seen| *seen >= events)).await.unwrap().unwrap();
    }
}
