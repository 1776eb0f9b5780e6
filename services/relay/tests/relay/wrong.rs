use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use uuid::Uuid;

use crate::stage::{Ledger, Running, consumed, fresh};

#[tokio::test(flavor = "multi_thread")]
async fn topics_of_another_number_of_partitions_get_nothing_and_it_is_said() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    let client: AdminClient<DefaultClientContext> =
        rdkafka::ClientConfig::new().set("bootstrap.servers", &settings.brokers).create().unwrap();
    let events = settings.topics().events;
    let topic = NewTopic::new(&events, 3, TopicReplication::Fixed(1));
    client.create_topics([&topic], &AdminOptions::new()).await.unwrap().remove(0).unwrap();
    ledger.live(1..2).await;
    let relay = Running::start(&ledger.log, &settings);
    let standing = relay.stands("it says so", |standing| standing.topics.is_some()).await;
    let trouble = standing.topics.unwrap();
    assert_eq!(trouble.code, "topic-misconfigured");
    assert!(trouble.message.contains("partitions is 3 and must be 1"), "{}", trouble.message);
    relay.stop().await;
    assert_eq!(consumed(&settings, 0).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_used_are_said_and_end_softly() {
    let (ledger, mut settings) = (Ledger::new().await, fresh().await);
    settings.properties.insert("acks".to_owned(), "0".to_owned());
    let relay = Running::start(&ledger.log, &settings);
    let standing = relay.stands("it says so", |standing| standing.topics.is_some()).await;
    assert_eq!(standing.topics.map(|trouble| trouble.code), Some("kafka-setting"));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_this_version_cannot_read_stops_the_shard_behind_those_that_it_can() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    let guarantee = Uuid::from_u128(3);
    ledger.happen(guarantee, 0, "Applied").await;
    let future = "{\"type\":\"Teleported\"}".to_owned();
    ledger.store(guarantee, 1, "Teleported", "3.0", future).await;
    let relay = Running::start_later(&ledger.log, &settings);
    let standing = relay.fails("record-unreadable").await;
    let failure = standing.shards[0].last_failure.clone().unwrap();
    assert!(failure.message.contains("position 2") && failure.message.contains("Teleported"), "{failure:?}");
    let standing = relay.stands("the lag is told", |standing| standing.shards[0].lag_seconds > 0.0).await;
    assert_eq!((standing.shards[0].published, standing.shards[0].lag_events()), (Some(1), Some(1)));
    assert!((standing.shards[0].lag_seconds - 90.0).abs() < 1e-6, "{}", standing.shards[0].lag_seconds);
    relay.stop().await;
    assert_eq!(consumed(&settings, 1).await.len(), 1);
}
