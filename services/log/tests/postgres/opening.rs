use baohan_log::{Error, Log};
use futures::future::join_all;
use sqlx::Executor;
use uuid::Uuid;

use crate::ledger::{beside, open, options, refused};
use crate::place::fresh;
use crate::suite::stage::append;

#[tokio::test(flavor = "multi_thread")]
async fn many_that_start_at_once_make_one_store() {
    let place = fresh().await;
    let url = place.url();
    let logs = join_all((0..6).map(|_| open(&url))).await;
    let incarnation = logs[0].incarnation();
    for log in &logs {
        assert_eq!((log.incarnation(), log.shards()), (incarnation, 8));
        log.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    }
    assert_eq!(logs[5].heads().await.unwrap().iter().sum::<u64>(), 6);
}

#[tokio::test]
async fn a_store_of_a_later_program_is_refused() {
    let place = fresh().await;
    open(&place.url()).await.close().await;
    beside(&place.url()).await.execute("UPDATE baohan_ledger SET version = 999").await.unwrap();
    assert!(matches!(refused(&options(&place.url())).await, Error::TooNew { found: 999, .. }));
    assert!(matches!(refused(&options(&place.url()).read_only()).await, Error::TooNew { found: 999, .. }));
}

#[tokio::test]
async fn a_store_that_was_not_migrated_yet_is_not_read() {
    let place = fresh().await;
    assert!(matches!(refused(&options(&place.url()).read_only()).await, Error::TooOld { found: 0, .. }));
    open(&place.url()).await.close().await;
    beside(&place.url()).await.execute("UPDATE baohan_ledger SET version = 1").await.unwrap();
    assert!(matches!(refused(&options(&place.url()).read_only()).await, Error::TooOld { found: 1, .. }));
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let place = fresh().await;
    let mut beside = beside(&place.url()).await;
    beside.execute("CREATE TABLE songs (title text)").await.unwrap();
    assert!(matches!(refused(&options(&place.url())).await, Error::NotALedger { .. }));
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')",
    )
    .fetch_one(&mut beside)
    .await
    .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let gone = options("postgres://postgres@127.0.0.1:1/ledger");
    assert!(matches!(refused(&gone).await, Error::Unavailable { .. }));
}

#[tokio::test]
async fn a_store_has_some_shards_and_not_too_many() {
    let place = fresh().await;
    for shards in [0, 257] {
        let error = refused(&options(&place.url()).with_shards(shards)).await;
        assert!(matches!(error, Error::Invalid(_)), "{error:?}");
    }
    let log = Log::open(&options(&place.url()).with_shards(256)).await.unwrap();
    assert_eq!(log.shards(), 256);
    log.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
}
