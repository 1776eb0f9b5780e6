use baohan_topics::{Error, end_of};

use crate::stage::{Hand, leaf, ready};

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_partition_has_no_last_record() {
    let settings = ready(2).await;
    let end = end_of(&settings, 1).await.unwrap();
    assert_eq!((end.last, end.first_offset, end.next_offset), (None, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_record_is_found_before_control_records_and_given_up_ones() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    hand.publish(1..=5);
    let last = end_of(&settings, 0).await.unwrap().last.unwrap();
    assert_eq!((last.event.position, last.leaf_hash, last.offset), (5, leaf(5), 4));
    // More than any first look back.
    hand.publish_in_vain(6..=405);
    for _ in 0..3 {
        hand.publish_in_vain([6]);
    }
    let end = end_of(&settings, 0).await.unwrap();
    assert_eq!(end.last.map(|last| last.event.position), Some(5));
    assert!(end.next_offset > 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_of_given_up_records_alone_has_no_last_record() {
    let settings = ready(1).await;
    Hand::of(&settings, 0).await.publish_in_vain(1..=100);
    let end = end_of(&settings, 0).await.unwrap();
    assert_eq!((end.last, end.first_offset), (None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_being_finished_is_waited_for() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    hand.publish(1..=2);
    hand.begin();
    hand.send(3..=4);
    let looking = tokio::spawn({
        let settings = settings.clone();
        async move { end_of(&settings, 0).await }
    });
    tokio::task::yield_now().await;
    hand.commit();
    let last = looking.await.unwrap().unwrap().last.unwrap();
    assert_eq!(last.event.position, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_stays_open_is_told_and_ended_by_the_next_of_its_name() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    hand.publish(1..=2);
    hand.begin();
    hand.send(3..=4);
    match end_of(&settings, 0).await {
        Err(Error::OpenTransaction { stable, end, .. }) => assert_eq!((stable, end), (3, 5)),
        other => panic!("{other:?}"),
    }
    let _next = Hand::of(&settings, 0).await;
    let last = end_of(&settings, 0).await.unwrap().last.unwrap();
    assert_eq!(last.event.position, 2);
}
