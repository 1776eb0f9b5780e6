use baohan_relay::Phase;
use uuid::Uuid;

use crate::stage::{LIFE, Ledger, Running, assert_equal, fresh, states};

#[tokio::test(flavor = "multi_thread")]
async fn the_topic_equals_the_store_byte_for_byte() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..40).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    let stored = ledger.all().await;
    let records = assert_equal(&settings, &stored).await;
    for (record, event) in records.iter().zip(&stored) {
        let number = event.aggregate_id.as_u128();
        let (sequence, shard) = (event.sequence.to_string(), event.shard.to_string());
        for (header, value) in [
            ("ce_specversion", "1.0"),
            ("ce_type", &format!("baohan.guarantee.{}", event.event_type)),
            ("ce_source", "urn:baohan:ledger"),
            ("ce_subject", &event.aggregate_id.to_string()),
            ("ce_time", "2026-03-04T12:00:00.123456Z"),
            ("ce_dataschema", &format!("urn:baohan:schema:{}:1.0", event.event_type)),
            ("ce_sequence", &sequence),
            ("ce_shard", &shard),
            ("ce_platform", "jyzx-demo"),
            ("ce_applyno", &format!("SN{number}")),
            ("ce_actor", "platform:jyzx-demo"),
            ("ce_incarnation", &ledger.log.incarnation().to_string()),
            ("content-type", "application/json"),
        ] {
            assert_eq!(record.header(header), Some(value), "{header} of position {}", event.position);
        }
        let number = (event.sequence >= 3).then_some("BH2026030200000001");
        assert_eq!(record.header("ce_baohanno"), number, "sequence {}", event.sequence);
    }
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_topic_of_states_holds_the_newest_of_each_guarantee() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..4).await;
    ledger.happen(Uuid::from_u128(9), 0, "Applied").await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    ledger.happen(Uuid::from_u128(9), 1, "PremiumPaid").await;
    ledger.happen(Uuid::from_u128(9), 2, "Issued").await;
    relay.caught_up(&ledger.log).await;
    let states = states(&settings).await;
    assert_eq!(states.len(), 4);
    let (partition, state) = &states[&Uuid::from_u128(9).to_string()];
    assert_eq!((*partition, &state["status"], &state["version"]), (0, &"issued".into(), &3.into()));
    assert_eq!(state["position"], ledger.log.head(0));
    let (_, settled) = &states[&Uuid::from_u128(1).to_string()];
    assert_eq!((&settled["claims"][0]["state"], &settled["amount"]), (&"paid".into(), &"800000.00".into()));
    assert_eq!(settled["application_no"], "SN1");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_while_it_runs_is_published_and_nothing_waits() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    let relay = Running::start_later(&ledger.log, &settings);
    relay.stands("the shard is open", |standing| standing.shards[0].phase == Phase::Publishing).await;
    ledger.live(1..30).await;
    relay.caught_up(&ledger.log).await;
    let standing = relay.relay.standing();
    let shard = &standing.shards[0];
    assert_eq!((shard.lag_events(), shard.head), (Some(0), 29 * 6));
    assert!(
        shard.lag_seconds.abs() < f64::EPSILON && shard.transactions > 0 && shard.failures == 0,
        "{shard:?}"
    );
    assert!(!standing.is_stopped() && standing.topics.is_none());
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_events_go_in_few_transactions() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    ledger.live(1..1_501).await;
    let relay = Running::start(&ledger.log, &settings);
    relay.caught_up(&ledger.log).await;
    let transactions = relay.relay.standing().shards[0].transactions;
    let events = 1_500 * LIFE.len();
    assert!(transactions <= 30, "{transactions} transactions for {events} events");
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}
