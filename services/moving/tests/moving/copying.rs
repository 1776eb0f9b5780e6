//! Backups of a file while it is written to.

use std::sync::Arc;

use baohan_log::{Error, Log, Options};

use crate::place::Place;
use crate::written::{apply, content, fill};

#[tokio::test]
async fn a_backup_is_the_store_as_it_stood_and_can_be_opened() {
    let place = Place::sqlite();
    let log = place.open().await;
    fill(&place, &log).await;
    let before = content(&log).await;
    let backup = log.backup(&place.file("backup.db")).await.unwrap();
    assert_eq!(backup.position, log.head(0));
    apply(&place, &place.ledger(&log), 901, "later").await.unwrap();
    let url = format!("sqlite:{}", place.file("backup.db").display());
    let copy = Log::open(&Options::new(url, Arc::clone(&place.options.now))).await.unwrap();
    assert!(content(&copy).await == before, "the content differs");
    assert_eq!((copy.head(0) + 1, copy.incarnation()), (log.head(0), log.incarnation()));
}

#[tokio::test]
async fn a_backup_can_be_taken_while_others_write() {
    let place = Place::sqlite();
    let log = place.open().await;
    let ledger = place.ledger(&log);
    let writing = async {
        for guarantee in 0..60 {
            apply(&place, &ledger, guarantee, "a").await.unwrap();
        }
    };
    let reader = Log::open(&place.options.clone().read_only()).await.unwrap();
    let copying = async {
        for number in 0..4 {
            reader.backup(&place.file(&format!("backup-{number}.db"))).await.unwrap();
        }
    };
    tokio::join!(writing, copying);
    assert_eq!(log.head(0), 60);
}

#[tokio::test]
async fn a_backup_holds_nothing_of_what_was_erased() {
    let place = Place::sqlite();
    let log = place.open().await;
    fill(&place, &log).await;
    let stream = log.load(crate::written::id(1).uuid()).await.unwrap();
    let baohan_log::KeyState::Wrapped(key) = stream.key else { panic!("a key") };
    let contains =
        |file: &str| std::fs::read(place.file(file)).unwrap().windows(key.len()).any(|part| part == key);
    log.backup(&place.file("before.db")).await.unwrap();
    assert!(contains("before.db"));
    log.erase_key(crate::written::id(1).uuid(), baohan_log::JournalEntry::default()).await.unwrap().unwrap();
    log.backup(&place.file("after.db")).await.unwrap();
    assert!(!contains("after.db"));
}

#[tokio::test]
async fn a_backup_overwrites_nothing() {
    let place = Place::sqlite();
    let log = place.open().await;
    log.backup(&place.file("backup.db")).await.unwrap();
    assert!(matches!(log.backup(&place.file("backup.db")).await, Err(Error::Invalid(_))));
}
