//! The same on PostgreSQL: several shards, several processes, turns that can be lost.

use baohan_relay::Phase;
use baohan_servers::Postgres;

use crate::stage::{Ledger, Running, SHARDS, assert_equal, fresh, states};

#[tokio::test(flavor = "multi_thread")]
async fn every_shard_is_a_partition_and_equals_the_store() {
    let database = baohan_servers::database().await;
    let (ledger, settings) = (Ledger::of(&database.url).await, fresh().await);
    let relay = Running::start(&ledger.log, &settings);
    ledger.live(1..101).await;
    relay.caught_up(&ledger.log).await;
    let records = assert_equal(&settings, &ledger.all().await).await;
    for shard in 0..SHARDS {
        let shard = u32::from(shard);
        assert!(records.iter().any(|record| record.partition == shard), "shard {shard} is empty");
    }
    let states = states(&settings).await;
    assert_eq!(states.len(), 100);
    assert!(states.values().all(|(partition, state)| state["shard"] == *partition));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_the_shards_and_the_one_takes_over_from_the_other() {
    let database = baohan_servers::database().await;
    let (one, other) = (Ledger::of(&database.url).await, Ledger::of(&database.url).await);
    let settings = fresh().await;
    let first = Running::start(&one.log, &settings);
    let all_open = |standing: &baohan_relay::Standing| {
        standing.shards.iter().all(|shard| shard.phase == Phase::Publishing)
    };
    first.stands("it has all shards", all_open).await;
    let second = Running::start(&other.log, &settings);
    // Both write; one publishes what both have written.
    tokio::join!(one.live(1..40), other.live(100..140));
    first.caught_up(&one.log).await;
    assert!(second.relay.standing().shards.iter().all(|shard| shard.transactions == 0));
    first.abort();
    other.live(200..220).await;
    second.caught_up(&other.log).await;
    assert_equal(&settings, &other.all().await).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_whose_turn_runs_out_stops_and_takes_it_again_when_the_store_is_back() {
    let postgres = Postgres::start().await;
    let database = postgres.database().await;
    let (ledger, settings) = (Ledger::of(&database.url).await, fresh().await);
    let relay = Running::start(&ledger.log, &settings);
    ledger.live(1..20).await;
    relay.caught_up(&ledger.log).await;
    postgres.pause();
    relay
        .stands("the turns are lost", |standing| {
            standing.shards.iter().all(|shard| shard.phase != Phase::Publishing)
        })
        .await;
    postgres.resume();
    ledger.live(50..60).await;
    relay.caught_up(&ledger.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_went_back_to_an_older_backup_is_met_by_the_running_relay() {
    let mut postgres = Postgres::start().await;
    let database = postgres.database().await;
    let (ledger, settings) = (Ledger::of(&database.url).await, fresh().await);
    ledger.live(1..10).await;
    let backup = postgres.backup().await;
    let relay = Running::start(&ledger.log, &settings);
    ledger.live(50..90).await;
    relay.caught_up(&ledger.log).await;
    let stored = ledger.all().await;
    postgres.kill();
    postgres.restore(&backup);
    postgres.restart().await;
    // The relay was not restarted: it compares with every batch.
    let standing = relay.stands("it stops", baohan_relay::Standing::is_stopped).await;
    let fence = standing.shards.iter().find_map(baohan_relay::ShardStanding::fence).unwrap();
    assert!(matches!(fence, baohan_relay::Fence::Ahead { .. }), "{fence}");
    relay.stop().await;
    assert_equal(&settings, &stored).await;
}
