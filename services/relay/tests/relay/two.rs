use baohan_relay::Phase;

use crate::stage::{Ledger, Running, assert_equal, fresh};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_relays_of_one_store_one_publishes_and_the_other_takes_over() {
    let (ledger, settings) = (Ledger::new().await, fresh().await);
    let first = Running::start(&ledger.log, &settings);
    first.stands("it publishes", |standing| standing.shards[0].phase == Phase::Publishing).await;
    let second = Running::start(&ledger.log, &settings);
    ledger.live(1..30).await;
    first.caught_up(&ledger.log).await;
    let waiting = second.relay.standing();
    assert_eq!((&waiting.shards[0].phase, waiting.shards[0].transactions), (&Phase::Waiting, 0));
    first.stop().await;
    ledger.live(100..110).await;
    second.caught_up(&ledger.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_that_both_believe_it_is_their_turn_publish_each_event_once() {
    let settings = fresh().await;
    let ledger = Ledger::new().await;
    ledger.live(1..1_001).await;
    // Two stores of the same content: neither knows of the other's turn. Only the broker keeps them apart.
    let (ledger, backup) = ledger.backed_up().await;
    let twin = backup.restored().await;
    let (first, second) = (Running::start(&ledger.log, &settings), Running::start(&twin.log, &settings));
    first.caught_up(&ledger.log).await;
    second.caught_up(&twin.log).await;
    assert_equal(&settings, &ledger.all().await).await;
    first.stop().await;
    second.stop().await;
}
