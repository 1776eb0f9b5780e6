//! A ledger that an earlier version of the program has written.

use baohan_log::Log;
use sqlx::Executor;
use tempfile::TempDir;
use uuid::Uuid;

use crate::file::{beside, first, options};

/// Takes a ledger back to what version 12 was: that version's file differs in nothing else.
const BACK_TO_12: &str = "DROP TABLE incarnations; DROP TABLE turns; DROP TABLE origins; DROP TABLE identity;
    DROP TABLE kept_cosignatures; DROP TABLE kept_checkpoints; PRAGMA user_version = 12;";

#[tokio::test]
async fn its_events_have_the_incarnation_of_its_head() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    let incarnation = log.incarnation();
    log.append(first(Uuid::new_v4())).await.unwrap();
    log.close().await;
    beside(folder.path()).await.execute(BACK_TO_12).await.unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    assert_eq!(log.incarnation(), incarnation);
    let stored = log.append(first(Uuid::new_v4())).await.unwrap();
    let events = log.read(0, 0, 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.incarnation).collect::<Vec<_>>(), [incarnation; 2]);
    assert_eq!(events[1..], stored);
}

#[tokio::test]
async fn an_empty_one_goes_on_too() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    let incarnation = log.incarnation();
    log.close().await;
    beside(folder.path()).await.execute(BACK_TO_12).await.unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    assert_eq!(log.append(first(Uuid::new_v4())).await.unwrap()[0].incarnation, incarnation);
}
