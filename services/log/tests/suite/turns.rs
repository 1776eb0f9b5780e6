use std::time::Duration;

use baohan_log::{Error, TURN_MIN};

use super::stage::opened;

const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_turn_is_one_holders_until_it_is_given_back() {
    let stage = opened().await;
    let first = stage.take_turn("relay/shard-0", LONG).await.unwrap().unwrap();
    assert!(first.is_held());
    assert!(stage.take_turn("relay/shard-0", LONG).await.unwrap().is_none());
    let other = stage.take_turn("relay/shard-1", LONG).await.unwrap().unwrap();
    let turns = stage.turns().await.unwrap();
    let names: Vec<&str> = turns.iter().map(|turn| turn.name.as_str()).collect();
    assert_eq!(names, ["relay/shard-0", "relay/shard-1"]);
    assert_eq!((turns[0].fence, turns[1].fence), (first.fence(), other.fence()));
    assert_ne!(turns[0].holder, turns[1].holder);
    let fence = first.fence();
    first.release().await;
    let second = stage.take_turn("relay/shard-0", LONG).await.unwrap().unwrap();
    assert!(second.fence() > fence);
}

#[tokio::test]
async fn fences_grow_over_a_restart() {
    let stage = opened().await;
    let tenure = stage.take_turn("worker/clock", LONG).await.unwrap().unwrap();
    let fence = tenure.fence();
    tenure.release().await;
    let stage = stage.reopened().await;
    assert!(stage.take_turn("worker/clock", LONG).await.unwrap().unwrap().fence() > fence);
}

#[tokio::test]
async fn with_the_store_the_turn_is_lost() {
    let stage = opened().await;
    let tenure = stage.take_turn("worker/clock", LONG).await.unwrap().unwrap();
    stage.close().await;
    tenure.lost().await;
    assert!(!tenure.is_held());
}

#[tokio::test]
async fn what_is_no_turn_is_refused() {
    let stage = opened().await;
    for (name, lasts) in [("", LONG), (&*"x".repeat(201), LONG), ("x", TURN_MIN / 2)] {
        assert!(matches!(stage.take_turn(name, lasts).await, Err(Error::Invalid(_))));
    }
    let reader = stage.read_only().await;
    assert!(matches!(reader.take_turn("x", LONG).await, Err(Error::ReadOnly)));
    assert!(stage.turns().await.unwrap().is_empty());
}
