use baohan_relay::{Fence, Phase};
use uuid::Uuid;

use crate::stage::{Ledger, Running, assert_equal, consumed, fresh};

async fn stopped(relay: &Running) -> Fence {
    let standing = relay.stands("it stops", baohan_relay::Standing::is_stopped).await;
    assert_eq!(standing.shards[0].phase.name(), "stopped");
    standing.shards[0].fence().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_backup_is_met_by_the_position_and_nothing_is_published() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..3).await;
    let (ledger, backup) = ledger.backed_up().await;
    ledger.live(3..5).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    let stored = ledger.all().await;
    let restored = backup.restored().await;
    let relay = Running::start(&restored.log, &settings);
    let expected = Fence::Ahead {
        shard: 0,
        position: 24,
        topic: hex::encode(stored[23].leaf_hash()),
        head: 12,
        store: hex::encode(stored[11].leaf_hash()),
    };
    assert_eq!(stopped(&relay).await, expected);
    assert!(expected.to_string().contains("position 24") && expected.to_string().contains("12"));
    // Whatever comes now waits.
    restored.live(50..51).await;
    assert_eq!(stopped(&relay).await, expected);
    relay.stop().await;
    assert_equal(&settings, &stored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_content_at_the_topics_last_position_is_met_with_both_hashes() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..3).await;
    let (ledger, backup) = ledger.backed_up().await;
    ledger.live(3..4).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    let stored = ledger.all().await;
    // The restored store has gone on beyond the topic, with other events.
    let restored = backup.restored().await;
    restored.live(70..90).await;
    let relay = Running::start(&restored.log, &settings);
    let other = restored.log.read(0, 17, 1).await.unwrap().remove(0);
    let expected = Fence::Differs {
        shard: 0,
        position: 18,
        topic: hex::encode(stored[17].leaf_hash()),
        store: hex::encode(other.leaf_hash()),
    };
    assert_eq!(stopped(&relay).await, expected);
    assert_eq!(expected.code(), "topic-differs");
    relay.stop().await;
    assert_equal(&settings, &stored).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_as_far_as_the_topic_is_gone_on_with() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..3).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    let (_, backup) = ledger.backed_up().await;
    let restored = backup.restored().await;
    restored.log.renew_incarnation().await.unwrap();
    restored.live(3..5).await;
    let relay = Running::start(&restored.log, &settings);
    relay.caught_up(&restored.log).await;
    let records = assert_equal(&settings, &restored.all().await).await;
    assert_ne!(records[11].header("ce_incarnation"), records[12].header("ce_incarnation"));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_store_does_not_publish_on_a_topic_that_is_not() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..2).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    let empty = Ledger::new().await;
    let relay = Running::start(&empty.log, &settings);
    assert!(matches!(stopped(&relay).await, Fence::Ahead { position: 6, head: 0, .. }));
    empty.happen(Uuid::from_u128(8), 0, "Applied").await;
    assert!(matches!(relay.relay.standing().shards[0].phase, Phase::Stopped(_)));
    relay.stop().await;
    assert_eq!(consumed(&settings, 6).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_was_emptied_is_not_filled_again() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..3).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    empty(&settings).await;
    let relay = Running::start(&ledger.log, &settings);
    assert!(matches!(stopped(&relay).await, Fence::Emptied { shard: 0, first_offset: 1.. }));
    relay.stop().await;
}

/// Removes all records, as a retention would.
async fn empty(settings: &baohan_topics::Settings) {
    let client: rdkafka::admin::AdminClient<_> =
        rdkafka::ClientConfig::new().set("bootstrap.servers", &settings.brokers).create().unwrap();
    let mut offsets = rdkafka::TopicPartitionList::new();
    offsets.add_partition_offset(&settings.topics().events, 0, rdkafka::Offset::End).unwrap();
    client.delete_records(&offsets, &rdkafka::admin::AdminOptions::new()).await.unwrap();
}
