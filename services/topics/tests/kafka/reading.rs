use std::time::Duration;

use baohan_log::StoredEvent;
use baohan_topics::{Error, EventReader, Settings};

use crate::stage::{Hand, WITHIN, event, leaf, ready};

/// Long enough that what is there is there.
const AT_ONCE: Duration = Duration::from_millis(300);

async fn positions(reader: &mut EventReader, count: usize) -> Vec<u64> {
    let mut positions = Vec::new();
    while positions.len() < count {
        let events = reader.next(count - positions.len(), WITHIN).await.unwrap();
        assert!(!events.is_empty(), "nothing came after {positions:?}");
        positions.extend(events.iter().map(|event| event.position));
    }
    positions
}

/// Positions 1 to 900 in transactions of all sizes, with given-up ones between them.
async fn torn_up() -> Settings {
    let settings = ready(2).await;
    let hand = Hand::of(&settings, 1).await;
    let mut next = 1;
    for (number, size) in [1_u64, 2, 300, 1, 40, 5, 1, 500, 30, 20].into_iter().enumerate() {
        if number % 2 == 1 {
            hand.publish_in_vain(next..next + size);
        }
        hand.publish(next..next + size);
        next += size;
    }
    assert_eq!(next, 901);
    settings
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_finds_its_place_by_the_position_whatever_the_offsets_are() {
    let settings = torn_up().await;
    for after in [0, 1, 3, 303, 450, 850, 899] {
        let mut reader = EventReader::open(&settings, 1, after).await.unwrap();
        let wanted: Vec<u64> = (after + 1..=900).collect();
        assert_eq!(positions(&mut reader, wanted.len()).await, wanted, "after {after}");
        assert!(reader.next(10, AT_ONCE).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_read_as_it_was_written() {
    let settings = ready(2).await;
    Hand::of(&settings, 1).await.publish(1..=3);
    let mut reader = EventReader::open(&settings, 1, 1).await.unwrap();
    let published = reader.next_published(1, WITHIN).await.unwrap().remove(0);
    assert_eq!((&published.event, published.leaf_hash), (&event(1, 2), leaf(2)));
    let next: Vec<StoredEvent> = reader.next(5, WITHIN).await.unwrap();
    assert_eq!(next, [event(1, 3)]);
    assert_eq!(reader.shard(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_is_ahead_of_the_topic_waits_for_its_position() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    hand.publish(1..=2);
    let mut reader = EventReader::open(&settings, 0, 4).await.unwrap();
    assert!(reader.next(10, AT_ONCE).await.unwrap().is_empty());
    hand.publish(3..=6);
    assert_eq!(positions(&mut reader, 2).await, [5, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_seen_when_it_is_finished_and_not_before() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    let mut reader = EventReader::open(&settings, 0, 0).await.unwrap();
    hand.begin();
    hand.send(1..=3);
    assert!(reader.next(10, AT_ONCE).await.unwrap().is_empty());
    hand.commit();
    assert_eq!(positions(&mut reader, 3).await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_given_up_loses_nothing() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    let mut reader = EventReader::open(&settings, 0, 0).await.unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(20), reader.next(100, WITHIN)).await;
    assert!(given_up.is_err());
    hand.publish(1..=5);
    assert_eq!(positions(&mut reader, 5).await, [1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_an_error_that_stays_and_comes_after_what_is_whole() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    hand.publish([1, 2, 4, 5]);
    let mut reader = EventReader::open(&settings, 0, 0).await.unwrap();
    assert_eq!(positions(&mut reader, 2).await, [1, 2]);
    for _ in 0..2 {
        match reader.next(10, WITHIN).await {
            Err(Error::Gap { expected: 3, found: 4, shard: 0, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_comes_twice_is_an_error() {
    let settings = ready(1).await;
    Hand::of(&settings, 0).await.publish([1, 2, 2, 3]);
    let mut reader = EventReader::open(&settings, 0, 0).await.unwrap();
    assert_eq!(positions(&mut reader, 2).await, [1, 2]);
    assert!(matches!(reader.next(10, WITHIN).await, Err(Error::Gap { expected: 3, found: 2, .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_somebody_else_is_named_by_its_offset() {
    let settings = ready(1).await;
    let hand = Hand::of(&settings, 0).await;
    hand.publish(1..=2);
    hand.begin();
    hand.send_foreign("hello");
    hand.commit();
    let mut reader = EventReader::open(&settings, 0, 1).await.unwrap();
    assert_eq!(positions(&mut reader, 1).await, [2]);
    // Two records and the control record of their transaction stand before it.
    assert!(matches!(reader.next(10, WITHIN).await, Err(Error::Record { offset: 3, .. })));
}
