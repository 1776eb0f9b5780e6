//! What is carried, and what names where it came from.

use std::collections::BTreeMap;

use baohan_log::{Beside, StoreKind};
use uuid::Uuid;

use crate::place::Place;
use crate::written::{Content, content, events, fill};

/// A ledger that was filled, and its content.
async fn filled(place: &Place) -> Content {
    let log = place.open().await;
    fill(place, &log).await;
    assert!(log.keep_checkpoint(1, "of the old ledger").await.unwrap());
    let content = content(&log).await;
    log.close().await;
    for (table, rows) in &content.beside {
        assert!(*table == Beside::Origins || !rows.is_empty(), "nothing is tested of {table:?}");
    }
    content
}

/// Moves from place to place in turn, and compares after each move.
async fn moved_through(places: &[Place]) {
    let first = filled(&places[0]).await;
    for (number, pair) in places.windows(2).enumerate() {
        let file = pair[0].exported("moved.gz").await;
        let old = pair[0].open().await;
        let imported = pair[1].import(&file).await.unwrap();
        let new = pair[1].open().await;
        assert!(content(&new).await == first, "the content differs");
        let standing = old.dump().await.unwrap().standing().clone();
        assert_eq!(imported.standing, standing);
        assert_eq!(new.heads().await.unwrap(), imported.positions);
        assert_ne!(new.incarnation(), old.incarnation());
        assert_ne!(new.ledger(), old.ledger());
        assert_eq!(standing.ledger, Some(old.ledger()));
        assert_eq!(new.newest_checkpoint().await.unwrap(), None);
        let origins = new.origins().await.unwrap();
        assert_eq!(origins.len(), number + 1);
        assert_eq!(origins[number].standing, standing);
        assert_eq!(origins[number].content_sm3, imported.sm3);
        assert_eq!(origins[..number], old.origins().await.unwrap());
        old.close().await;
        new.close().await;
    }
}

#[tokio::test]
async fn from_file_to_file_and_on_nothing_is_lost_and_nothing_changes() {
    moved_through(&[Place::sqlite(), Place::sqlite(), Place::sqlite()]).await;
}

#[tokio::test]
async fn from_file_to_server_and_back_nothing_is_lost_and_nothing_changes() {
    moved_through(&[Place::sqlite(), Place::postgres(4).await, Place::sqlite()]).await;
}

#[tokio::test]
async fn from_server_to_server_with_another_number_of_shards() {
    moved_through(&[Place::postgres(8).await, Place::postgres(3).await, Place::postgres(1).await]).await;
}

#[tokio::test]
async fn shards_are_woven_by_time_and_each_guarantee_keeps_its_order() {
    let (old, new) = (Place::postgres(5).await, Place::sqlite());
    filled(&old).await;
    new.import(&old.exported("moved.gz").await).await.unwrap();
    let log = new.open().await;
    let mut sequences: BTreeMap<Uuid, u64> = BTreeMap::new();
    let mut last = None;
    for kept in events(&mut log.dump().await.unwrap()).await {
        let sequence = sequences.entry(kept.event.aggregate_id).or_default();
        assert_eq!(kept.event.sequence, *sequence + 1);
        *sequence += 1;
        assert!(last <= Some(kept.event.recorded_at));
        last = Some(kept.event.recorded_at);
    }
    assert!(sequences.len() > 30);
}

#[tokio::test]
async fn the_origin_names_the_leaf_of_the_old_stores_last_record() {
    let (old, new) = (Place::sqlite(), Place::sqlite());
    filled(&old).await;
    let log = old.open().await;
    let last = log.read(0, log.head(0) - 1, 1).await.unwrap().remove(0);
    log.close().await;
    let file = old.exported("moved.gz").await;
    new.import(&file).await.unwrap();
    let log = new.open().await;
    let origin = log.origins().await.unwrap().remove(0);
    assert_eq!(origin.standing.kind, StoreKind::Sqlite);
    let head = &origin.standing.heads[0];
    assert_eq!(
        (head.position, head.leaf_hash.as_deref()),
        (last.position, Some(hex::encode(last.leaf_hash()).as_str()))
    );
    // Positions and incarnation are part of a leaf: the new store's is another.
    let again = log.event(last.id).await.unwrap().unwrap();
    assert_ne!(again.leaf_hash(), last.leaf_hash());
    assert_eq!(
        (&again.payload, &again.metadata, again.recorded_at),
        (&last.payload, &last.metadata, last.recorded_at)
    );
}

#[tokio::test]
async fn an_empty_ledger_can_be_moved() {
    let (old, new) = (Place::sqlite(), Place::sqlite());
    let file = old.exported("moved.gz").await;
    let imported = new.import(&file).await.unwrap();
    assert_eq!((imported.events, imported.positions.iter().sum::<u64>()), (0, 0));
    let log = new.open().await;
    assert_eq!(log.origins().await.unwrap()[0].standing.heads[0].leaf_hash, None);
    let mut dump = log.dump().await.unwrap();
    assert!(events(&mut dump).await.is_empty());
}

#[tokio::test]
async fn what_is_written_during_an_export_is_not_in_it_and_is_told() {
    let old = Place::sqlite();
    filled(&old).await;
    let log = old.open().await;
    let before = content(&log).await;
    let mut dump = log.dump().await.unwrap();
    let ledger = old.ledger(&log);
    crate::written::apply(&old, &ledger, 900, "later").await.unwrap();
    // The dump that began before shows the store as it stood.
    assert_eq!(events(&mut dump).await.len(), before.guarantees.values().map(Vec::len).sum::<usize>());
    assert_eq!(dump.standing().heads[0].position + 1, log.head(0));
    let exported = baohan_moving::export(&log, &old.file("later.gz"), (old.options.now)()).await.unwrap();
    assert_eq!((exported.events, exported.written_since), (log.head(0), 0));
}
