//! A full disk, a locked database: what was asked meanwhile is refused, nothing of it is stored, and the writer goes on by itself.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::DateTime;
use futures::FutureExt;
use futures::future::join_all;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

use super::store::Store;
use crate::error::{AppendError, Error, Outage};
use crate::event::{Append, NewEvent};
use crate::journal::JournalEntry;
use crate::log::Options;

/// Room for some appends, and not for many.
const LITTLE_ROOM_PAGES: u32 = 60;
/// So many that they come into one transaction.
const TOGETHER: u64 = 50;
const MUCH_ROOM_PAGES: u32 = 1 << 30;

struct Stage {
    store: Store,
    folder: TempDir,
}

impl Stage {
    async fn opened() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let options = Options::new(url, Arc::new(DateTime::default));
        Self { store: Store::open(&options).await.unwrap(), folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    async fn beside(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).connect().await.unwrap()
    }

    /// Lets the database grow to so many pages; SQLite says "full" beyond.
    async fn room(&self, pages: u32) {
        let room = for_any_connection(move |connection| {
            async move {
                sqlx::query(&format!("PRAGMA max_page_count = {pages}")).execute(connection).await?;
                Ok(())
            }
            .boxed()
        });
        self.store.write::<(), _>(room).await.unwrap();
    }

    async fn assert_gapless(&self, events: u64) {
        let records = self.store.read(0, 0, 100_000).await.unwrap();
        let positions: Vec<u64> = records.iter().map(|record| record.position).collect();
        assert_eq!(positions, (1..=events).collect::<Vec<_>>());
        assert_eq!(self.store.head(0), events);
    }
}

/// Says to the compiler that a closure takes a connection of any lifetime.
fn for_any_connection<F>(work: F) -> F
where
    F: for<'c> Fn(&'c mut SqliteConnection) -> futures::future::BoxFuture<'c, Result<(), Error>>,
{
    work
}

fn append() -> Append {
    Append {
        aggregate_id: Uuid::new_v4(),
        expected_sequence: 0,
        events: vec![NewEvent {
            id: Uuid::now_v7(),
            event_type: "Applied".to_owned(),
            event_version: "1".to_owned(),
            payload: "x".repeat(4_000),
            metadata: "{}".to_owned(),
        }],
        journal: Some(JournalEntry { id: Uuid::now_v7(), ..Default::default() }),
        key: Some(vec![1; 48]),
        guarantee_no: None,
        idempotency: None,
    }
}

fn outage<T: std::fmt::Debug>(answer: Result<T, AppendError>) -> Outage {
    match answer {
        Err(AppendError::Store(Error::Unavailable { outage, .. })) => outage,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_full_disk_refuses_and_with_new_room_it_goes_on() {
    let stage = Stage::opened().await;
    stage.store.append(append()).await.unwrap();
    stage.room(LITTLE_ROOM_PAGES).await;
    let (mut stored, mut refused) = (1, 0);
    for _ in 0..200 {
        match stage.store.append(append()).await {
            Ok(_) => stored += 1,
            refusal => {
                assert_eq!(outage(refusal), Outage::Full);
                refused += 1;
            }
        }
    }
    assert!(stored > 1 && refused > 100, "{stored} {refused}");
    stage.assert_gapless(stored).await;
    stage.room(MUCH_ROOM_PAGES).await;
    stage.store.append(append()).await.unwrap();
    stage.assert_gapless(stored + 1).await;
}

#[tokio::test]
async fn whoever_shares_a_transaction_with_a_full_disk_gets_a_clean_refusal() {
    let stage = Stage::opened().await;
    stage.room(LITTLE_ROOM_PAGES).await;
    let answers = join_all((0..TOGETHER).map(|_| stage.store.append(append()))).await;
    for answer in answers {
        assert_eq!(outage(answer), Outage::Full);
    }
    stage.assert_gapless(0).await;
    let entry = JournalEntry { id: Uuid::now_v7(), ..Default::default() };
    assert!(stage.store.record(entry).await.is_ok(), "what still fits is taken");
    stage.room(MUCH_ROOM_PAGES).await;
    let answers = join_all((0..TOGETHER).map(|_| stage.store.append(append()))).await;
    assert!(answers.iter().all(Result::is_ok));
    stage.assert_gapless(TOGETHER).await;
}

#[tokio::test]
async fn a_locked_database_refuses_and_unlocked_it_goes_on() {
    let stage = Stage::opened().await;
    stage.store.append(append()).await.unwrap();
    let mut other = stage.beside().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    assert_eq!(outage(stage.store.append(append()).await), Outage::Locked);
    assert_eq!(stage.store.read(0, 0, 10).await.unwrap().len(), 1, "reading goes on");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    stage.store.append(append()).await.unwrap();
    stage.assert_gapless(2).await;
}

/// On a full disk or a broken one SQLite may end the transaction itself before it says so.
#[tokio::test]
async fn a_transaction_that_ended_by_itself_is_nobodys_success() {
    let stage = Stage::opened().await;
    stage.store.append(append()).await.unwrap();
    let ends_it = for_any_connection(|connection| {
        async move {
            sqlx::query("ROLLBACK").execute(connection).await?;
            Err(sqlx::Error::WorkerCrashed.into())
        }
        .boxed()
    });
    let (appended, ended) = tokio::join!(stage.store.append(append()), stage.store.write(ends_it));
    assert_eq!(outage(appended), Outage::Broken);
    assert!(ended.is_err());
    stage.store.append(append()).await.unwrap();
    stage.assert_gapless(2).await;
}

#[tokio::test]
async fn a_head_that_others_moved_is_noticed() {
    let stage = Stage::opened().await;
    stage.store.append(append()).await.unwrap();
    let mut other = stage.beside().await;
    sqlx::query("UPDATE heads SET position = 7").execute(&mut other).await.unwrap();
    for _ in 0..2 {
        let refused = stage.store.append(append()).await;
        assert!(matches!(refused, Err(AppendError::Store(Error::Damaged(_)))), "{refused:?}");
    }
    sqlx::query("UPDATE heads SET position = 1").execute(&mut other).await.unwrap();
    stage.store.append(append()).await.unwrap();
    stage.assert_gapless(2).await;
}
