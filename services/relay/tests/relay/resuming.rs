use baohan_topics::{Ready, Settings, Subject};
use rdkafka::producer::{DefaultProducerContext, Producer, ThreadedProducer};
use uuid::Uuid;

use crate::stage::{Ledger, Running, WITHIN, assert_equal, consumed, fresh, states};

/// Does what a relay does, up to the moment before its commit, and dies.
async fn die_in_a_transaction(ledger: &Ledger, settings: &Settings, after: u64, count: usize) {
    let events = ledger.log.read(0, after, count).await.unwrap();
    assert_eq!(events.len(), count);
    let settings = settings.clone();
    let dying = tokio::task::spawn_blocking(move || {
        let producer: ThreadedProducer<DefaultProducerContext> =
            settings.producer(0).unwrap().create().unwrap();
        producer.init_transactions(WITHIN).unwrap();
        producer.begin_transaction().unwrap();
        let topic = settings.topics().events;
        for event in events {
            let leaf = event.leaf_hash();
            let mut ready = Ready::of(event, leaf, &Subject::default());
            producer.send(ready.record(&topic, ())).map_err(|(error, _)| error).unwrap();
        }
        producer.flush(WITHIN).unwrap();
        // The records are with the broker. Neither a commit nor an abort comes.
        std::mem::forget(producer);
    });
    dying.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_goes_on_where_the_topic_ends() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    for round in 0..4_u128 {
        let relay = Running::start(&ledger.log, &settings);
        ledger.live(round * 10 + 1..round * 10 + 11).await;
        relay.caught_up(&ledger.log).await;
        relay.stop().await;
        // And something while nobody publishes.
        ledger.live(1_000 + round * 10..1_000 + round * 10 + 5).await;
    }
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_left_in_an_open_transaction_is_published_once() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..21).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    ledger.live(100..120).await;
    die_in_a_transaction(&ledger, &settings, 120, 70).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_transaction_that_was_never_finished_is_no_beginning() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..3).await;
    baohan_topics::ensure(&settings, 1).await.unwrap();
    die_in_a_transaction(&ledger, &settings, 0, 7).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_aborted_again_and_again_leaves_neither_gap_nor_duplicate() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..501).await;
    for _ in 0..5 {
        let relay = Running::start(&ledger.log, &settings);
        let before = relay.stands("it has begun", |standing| standing.shards[0].published.is_some()).await;
        relay
            .stands("it publishes", |standing| {
                standing.shards[0].published.is_some_and(|published| published >= 3_000)
                    || standing.shards[0].transactions > before.shards[0].transactions
            })
            .await;
        relay.abort();
    }
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_a_guarantee_are_known_after_a_restart() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    let old = Uuid::from_u128(5);
    ledger.live(5..6).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    ledger.happen(old, 6, "Annotated").await;
    ledger.happen(old, 7, "Annotated").await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    relay.stop().await;
    let records = consumed(&settings, 8).await;
    for record in &records[6..] {
        assert_eq!(record.header("ce_applyno"), Some("SN5"));
        assert_eq!(record.header("ce_baohanno"), Some("BH2026030200000001"));
    }
    let (_, state) = &states(&settings).await[&old.to_string()];
    assert_eq!((&state["version"], &state["claims"][0]["state"]), (&8.into(), &"paid".into()));
}
