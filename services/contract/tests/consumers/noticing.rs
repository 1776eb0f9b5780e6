use baohan_log::StoredEvent;
use serde_json::json;
use uuid::Uuid;

use crate::consumer::ALL;
use crate::lives::{stored, told};
use crate::topic::Topic;

/// Three guarantees in force, one shard: Applied, Applied, Applied, then what follows.
fn events() -> Vec<StoredEvent> {
    stored(&[told(3), told(7), told(8)], 1, Uuid::from_u128(1))
}

async fn topic_of(events: Vec<StoredEvent>) -> Topic {
    let topic = Topic::with_shards(&baohan_servers::kafka().await, 1).await;
    topic.publishes(events).await;
    topic
}

#[tokio::test]
async fn a_position_that_is_missing_is_told_and_the_sum_is_not_trusted() {
    let mut events = events();
    let last = events.len();
    // The Applied of the second guarantee.
    events.remove(1);
    let topic = topic_of(events).await;
    for consumer in ALL {
        let told = consumer.reads(&topic).await;
        assert_eq!(told.last["gaps"], json!([{ "shard": 0, "expected": 2, "found": 3 }]), "{consumer:?}");
        assert_eq!(told.last["positions"], json!({ "0": last }), "{consumer:?}");
        assert!(told.last["strangers"].as_u64() > Some(0), "{consumer:?}");
        assert!(!told.is_whole, "{consumer:?}");
    }
}

#[tokio::test]
async fn what_comes_twice_counts_once() {
    let mut events = events();
    let (count, repeated) = (events.len(), events[4].clone());
    events.insert(5, repeated.clone());
    events.push(repeated);
    let topic = topic_of(events).await;
    let once = topic_of(self::events()).await;
    for consumer in ALL {
        let (told, once) = (consumer.reads(&topic).await, consumer.reads(&once).await);
        assert_eq!(told.last["duplicates"], json!(2), "{consumer:?}");
        assert_eq!(told.last["records"], json!(count), "{consumer:?}");
        assert_eq!(told.last["total"], once.last["total"], "{consumer:?}");
        assert!(told.is_whole, "{consumer:?}");
    }
}

#[tokio::test]
async fn another_content_for_a_position_is_told_and_the_sum_is_not_trusted() {
    let mut events = events();
    let mut other = events[4].clone();
    other.payload = other.payload.replace("0.008", "0.009");
    other.id = Uuid::from_u128(9);
    events.insert(5, other);
    let topic = topic_of(events).await;
    for consumer in ALL {
        let told = consumer.reads(&topic).await;
        assert_eq!(told.last["conflicts"], json!(1), "{consumer:?}");
        assert!(!told.is_whole, "{consumer:?}");
    }
}

#[tokio::test]
async fn a_new_incarnation_is_told_with_its_place_and_the_sum_goes_on() {
    let (before, after) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut events = events();
    for event in &mut events[5..] {
        event.incarnation = after;
    }
    let topic = topic_of(events).await;
    for consumer in ALL {
        let told = consumer.reads(&topic).await;
        let change = json!({ "shard": 0, "position": 6, "from": before, "to": after });
        assert_eq!(told.last["incarnation_changes"], json!([change]), "{consumer:?}");
        assert_eq!(told.last["total"]["guarantees"], json!(3), "{consumer:?}");
        assert!(told.is_whole, "{consumer:?}");
    }
}
