use baohan_ledger::{Clock, MasterKey, ProofError, is_claimed, prove};

use crate::desk::{Desk, id};

fn key(byte: u8) -> MasterKey {
    MasterKey::new(&[byte; 32]).unwrap()
}

#[tokio::test]
async fn the_first_key_becomes_the_stores_and_another_is_refused() {
    let desk = Desk::new().await;
    let (log, at) = (desk.ledger.log(), desk.clock.now());
    assert!(!is_claimed(log).await.unwrap());
    prove(log, &key(7), at).await.unwrap();
    assert!(is_claimed(log).await.unwrap());
    prove(log, &key(7), at).await.unwrap();
    assert!(matches!(prove(log, &key(8), at).await, Err(ProofError::OtherKey)));
}

#[tokio::test]
async fn of_two_keys_at_once_exactly_one_is_taken() {
    let desk = Desk::new().await;
    let (log, at) = (desk.ledger.log(), desk.clock.now());
    let (one, other) = (key(7), key(8));
    let (one, other) = tokio::join!(prove(log, &one, at), prove(log, &other, at));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test]
async fn a_store_without_a_check_value_is_asked_by_a_key_that_it_holds() {
    let desk = Desk::new().await;
    desk.apply("SQ1", "a").await.unwrap();
    desk.apply("SQ2", "a").await.unwrap();
    let (log, at) = (desk.ledger.log(), desk.clock.now());
    // The first guarantee's key was destroyed: the second's tells.
    log.erase_key(id("SQ1").uuid(), desk.entry()).await.unwrap();
    assert!(matches!(prove(log, &key(8), at).await, Err(ProofError::OtherKey)));
    assert!(!is_claimed(log).await.unwrap());
    prove(log, &key(7), at).await.unwrap();
    assert!(is_claimed(log).await.unwrap());
}

#[tokio::test]
async fn the_check_value_tells_nothing_of_the_key() {
    let desk = Desk::new().await;
    prove(desk.ledger.log(), &key(7), desk.clock.now()).await.unwrap();
    let kept = desk.ledger.log().idempotency("master-key").await.unwrap().unwrap();
    assert_eq!(kept.content_sm3.len(), 64);
    assert!(!kept.content_sm3.contains("0707"), "{}", kept.content_sm3);
}
