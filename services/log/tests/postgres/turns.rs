use std::time::Duration;

use baohan_log::TURN_MIN;
use baohan_servers::{Manner, Postgres, Proxy, until};
use sqlx::Executor;

use crate::ledger::{beside, open};
use crate::place::fresh;

const LONG: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn of_two_processes_one_has_the_turn_until_it_gives_it_back() {
    let place = fresh().await;
    let (one, other) = (open(&place.url()).await, open(&place.url()).await);
    let first = one.take_turn("relay/shard-0", LONG).await.unwrap().unwrap();
    assert!(other.take_turn("relay/shard-0", LONG).await.unwrap().is_none());
    assert!(one.take_turn("relay/shard-0", LONG).await.unwrap().is_none(), "nor a second time");
    assert_eq!(other.turns().await.unwrap()[0].fence, first.fence());
    let fence = first.fence();
    first.release().await;
    let second = other.take_turn("relay/shard-0", LONG).await.unwrap().unwrap();
    assert!(second.fence() > fence);
}

#[tokio::test]
async fn a_dropped_turn_is_given_back() {
    let place = fresh().await;
    let (one, other) = (open(&place.url()).await, open(&place.url()).await);
    drop(one.take_turn("worker/clock", LONG).await.unwrap().unwrap());
    until("the turn", PATIENCE, async || other.take_turn("worker/clock", LONG).await.unwrap()).await;
}

#[tokio::test]
async fn it_is_renewed_as_long_as_it_is_held() {
    let place = fresh().await;
    let (one, other) = (open(&place.url()).await, open(&place.url()).await);
    let held = one.take_turn("worker/clock", TURN_MIN).await.unwrap().unwrap();
    let until_first = one.turns().await.unwrap()[0].until;
    until("renewals", PATIENCE, async || {
        let turn = other.turns().await.unwrap().pop();
        turn.filter(|turn| turn.until > until_first + 3 * TURN_MIN)
    })
    .await;
    assert!(held.is_held());
    assert!(other.take_turn("worker/clock", TURN_MIN).await.unwrap().is_none());
}

#[tokio::test]
async fn who_was_overtaken_has_lost_it() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let held = log.take_turn("worker/clock", TURN_MIN).await.unwrap().unwrap();
    let overtake =
        "UPDATE turns SET holder = gen_random_uuid(), fence = fence + 1, until = now() + interval '1 hour'";
    beside(&place.url()).await.execute(overtake).await.unwrap();
    tokio::time::timeout(PATIENCE, held.lost()).await.unwrap();
    assert!(!held.is_held());
}

/// Nothing is heard of the server: it may have given the turn to another by now.
#[tokio::test]
async fn who_cannot_renew_it_has_lost_it_when_its_time_is_over() {
    let server = Postgres::start_with(&[("fsync", "off")]).await;
    let url = server.database().await.url;
    let proxy = Proxy::to(&server.address()).await;
    let name = url.rsplit('/').next().unwrap();
    let (far, near) = (open(&server.url_by(&proxy.address(), name)).await, open(&url).await);
    let held = far.take_turn("worker/clock", TURN_MIN).await.unwrap().unwrap();
    proxy.set(Manner::Hang);
    tokio::time::timeout(PATIENCE, held.lost()).await.unwrap();
    assert!(!held.is_held());
    let next =
        until("the turn", PATIENCE, async || near.take_turn("worker/clock", LONG).await.unwrap()).await;
    assert!(next.fence() > held.fence());
    proxy.set(Manner::Pass);
    assert!(!held.is_held(), "nor does it come back");
}
