use sqlx::Executor;
use uuid::Uuid;

use crate::ledger::{beside, open};
use crate::place::fresh;
use crate::suite::stage::append;

#[tokio::test]
async fn another_server_than_before_gives_the_store_a_new_incarnation() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let (id, first) = (Uuid::new_v4(), log.incarnation());
    log.append(append(id, 0, "Applied")).await.unwrap();
    log.close().await;
    let log = open(&place.url()).await;
    assert_eq!(log.incarnation(), first, "a restart is no other server");
    log.close().await;
    // What a replica has that was promoted: the same rows, and another timeline.
    let promoted = "UPDATE baohan_ledger SET server = split_part(server, '/', 1) || '/00000000'";
    beside(&place.url()).await.execute(promoted).await.unwrap();
    let url = place.url();
    let (log, other) = tokio::join!(open(&url), open(&url));
    let second = log.incarnation();
    assert_ne!(second, first);
    let stored = log.append(append(id, 1, "Issued")).await.unwrap();
    assert_eq!(stored[0].incarnation, second);
    let events = other.load(id).await.unwrap().events;
    assert_eq!((events[0].incarnation, events[1].incarnation), (first, second));
    other.heads().await.unwrap();
    assert_eq!(other.incarnation(), second, "of two that notice it one renews it");
}

#[tokio::test]
async fn another_process_writes_under_the_new_one_at_once() {
    let place = fresh().await;
    let (log, other) = (open(&place.url()).await, open(&place.url()).await);
    other.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    let renewed = log.renew_incarnation().await.unwrap();
    let stored = other.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert_eq!(stored[0].incarnation, renewed);
}
