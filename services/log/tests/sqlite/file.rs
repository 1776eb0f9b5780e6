use std::path::Path;
use std::sync::Arc;

use baohan_log::{Append, Error, Log, NewEvent, Options};
use chrono::DateTime;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// A ledger in a folder.
pub fn options(folder: &Path) -> Options {
    Options::new(format!("sqlite:{}", folder.join("ledger.db").display()), Arc::new(DateTime::default))
}

/// A connection beside the ledger's own, as a person with a shell has it.
pub async fn beside(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("ledger.db"));
    options.create_if_missing(true).connect().await.unwrap()
}

/// The first event of an aggregate.
pub fn first(aggregate_id: Uuid) -> Append {
    Append {
        aggregate_id,
        expected_sequence: 0,
        events: vec![NewEvent {
            id: Uuid::now_v7(),
            event_type: "Applied".to_owned(),
            event_version: "1".to_owned(),
            payload: r#"{"type":"Applied","amount":"800000.00"}"#.to_owned(),
            metadata: r#"{"actor":"test"}"#.to_owned(),
        }],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    }
}

async fn refused(options: &Options) -> Error {
    match Log::open(options).await {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn missing_folders_are_made() {
    let folder = TempDir::new().unwrap();
    let deep = folder.path().join("data").join("deep");
    Log::open(&options(&deep)).await.unwrap().close().await;
    assert!(deep.join("ledger.db").exists());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("taken"), "").unwrap();
    let error = refused(&options(&folder.path().join("taken").join("deep"))).await;
    assert!(matches!(&error, Error::File { path, .. } if path.ends_with("taken/deep")), "{error:?}");
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_has_closed() {
    let folder = TempDir::new().unwrap();
    let first = Log::open(&options(folder.path())).await.unwrap();
    assert!(matches!(refused(&options(folder.path())).await, Error::InUse { .. }));
    let reader = Log::open(&options(folder.path()).read_only()).await.unwrap();
    reader.close().await;
    first.close().await;
    Log::open(&options(folder.path())).await.unwrap().close().await;
}

#[tokio::test]
async fn a_store_of_a_later_program_is_refused() {
    let folder = TempDir::new().unwrap();
    Log::open(&options(folder.path())).await.unwrap().close().await;
    let mut beside = beside(folder.path()).await;
    sqlx::query("PRAGMA user_version = 999").execute(&mut beside).await.unwrap();
    assert!(matches!(refused(&options(folder.path())).await, Error::TooNew { found: 999, .. }));
    assert!(matches!(refused(&options(folder.path()).read_only()).await, Error::TooNew { found: 999, .. }));
}

#[tokio::test]
async fn a_store_that_was_not_migrated_yet_is_not_read() {
    let folder = TempDir::new().unwrap();
    Log::open(&options(folder.path())).await.unwrap().close().await;
    let mut beside = beside(folder.path()).await;
    sqlx::query("PRAGMA user_version = 1").execute(&mut beside).await.unwrap();
    assert!(matches!(refused(&options(folder.path()).read_only()).await, Error::TooOld { found: 1, .. }));
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let mut beside = beside(folder.path()).await;
    sqlx::query("CREATE TABLE songs (title TEXT)").execute(&mut beside).await.unwrap();
    assert!(matches!(refused(&options(folder.path())).await, Error::NotALedger { .. }));
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut beside).await.unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("ledger.db"),
        "no database, and long enough to be read as one".repeat(200),
    )
    .unwrap();
    assert!(matches!(refused(&options(folder.path())).await, Error::Unavailable { .. }));
}

#[tokio::test]
async fn reading_alone_makes_nothing() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(refused(&options(folder.path()).read_only()).await, Error::Unavailable { .. }));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_closed_ledger_is_read_without_its_writer() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    let stored = log.append(first(Uuid::new_v4())).await.unwrap();
    log.close().await;
    let reader = Log::open(&options(folder.path()).read_only()).await.unwrap();
    assert_eq!(reader.read(0, 0, 10).await.unwrap(), stored);
    assert_eq!(reader.head(0), 1);
}

#[tokio::test]
async fn a_closed_ledger_is_one_file() {
    let folder = TempDir::new().unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    log.append(first(Uuid::new_v4())).await.unwrap();
    log.close().await;
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert_eq!(files, ["ledger.db", "ledger.db.lock"]);
}
