use baohan_relay::Phase;
use baohan_servers::{Kafka, Manner, fresh_prefix};
use baohan_topics::Settings;

use crate::stage::{Ledger, Running, assert_equal};

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_killed_and_comes_back_gets_each_event_once() {
    let mut kafka = Kafka::start().await;
    let settings = Settings::new(kafka.brokers(), fresh_prefix());
    let ledger = Ledger::new().await;
    let relay = Running::start_later(&ledger.log, &settings);
    relay.stands("it publishes", |standing| standing.shards[0].phase == Phase::Publishing).await;
    for round in 0..2_u128 {
        ledger.live(round * 1_000 + 1..round * 1_000 + 200).await;
        kafka.kill();
        ledger.live(round * 1_000 + 500..round * 1_000 + 550).await;
        let away = relay.fails("kafka-unavailable").await;
        assert!(away.shards[0].head >= 199 * 6);
        kafka.restart().await;
    }
    relay.caught_up(&ledger.log).await;
    assert!(relay.relay.standing().shards[0].failures > 0);
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_was_never_there_costs_nothing_but_lag() {
    let ledger = Ledger::new().await;
    let port = baohan_servers::Port::free();
    let settings = Settings::new(port.address(), fresh_prefix());
    let relay = Running::start(&ledger.log, &settings);
    ledger.live(1..3).await;
    let standing = relay.stands("it says so", |standing| standing.topics.is_some()).await;
    assert_eq!(standing.topics.map(|trouble| trouble.code), Some("kafka-unavailable"));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_cost_neither_an_event_nor_a_duplicate() {
    let (kafka, proxy) = Kafka::start_behind_proxy().await;
    let settings = Settings::new(proxy.address(), fresh_prefix());
    let ledger = Ledger::new().await;
    let relay = Running::start(&ledger.log, &settings);
    for round in 0..3_u128 {
        ledger.live(round * 100 + 1..round * 100 + 60).await;
        proxy.set(Manner::Reset);
        ledger.live(round * 100 + 60..round * 100 + 70).await;
        proxy.set(Manner::Pass);
    }
    relay.caught_up(&ledger.log).await;
    assert_equal(&Settings::new(kafka.brokers(), settings.topic_prefix.clone()), &ledger.all().await).await;
    relay.stop().await;
}
