use std::time::Duration;

use baohan_projections::{Error, Projection};
use tokio::sync::oneshot;

use crate::life::{self, id_of};
use crate::stage::{Stage, hours, morning};

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn what_is_behind_says_by_how_much() {
    let stage = Stage::open().await;
    for number in 1..=3 {
        stage.does(id_of(number), life::apply(number, morning())).await;
    }
    assert!(matches!(stage.projections.caught_up(Duration::ZERO).await, Err(Error::Behind { events: 3 })));
    let status = stage.projections.status(hours(1)).await.unwrap();
    assert_eq!(status.len(), Projection::ALL.len());
    for projection in status {
        let shard = &projection.shards[0];
        assert_eq!((shard.position, shard.head, shard.lag_events), (0, 3, 3));
        assert!((3_500.0..=3_600.0).contains(&shard.lag_seconds), "{}", shard.lag_seconds);
    }
}

#[tokio::test]
async fn what_has_caught_up_lags_by_nothing() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    stage.catch_up().await;
    stage.projections.caught_up(Duration::ZERO).await.unwrap();
    let status = stage.projections.status(hours(1)).await.unwrap();
    let shard = &status[0].shards[0];
    assert_eq!((shard.lag_events, shard.stopped.is_none()), (0, true));
    assert!(shard.lag_seconds.abs() < f64::EPSILON);
}

#[tokio::test]
async fn a_running_runner_is_woken_by_the_log_and_stops_when_told() {
    let Stage { folder: _folder, log, projections, runner } = Stage::open().await.prepared(1).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(runner.run(async move {
        let _ = stopped.await;
    }));
    projections.caught_up(LONG).await.unwrap();
    let mut ticks = projections.watch();
    ticks.borrow_and_update();
    let payload = serde_json::to_string(&crate::stage::applied(&life::apply(2, morning()))).unwrap();
    let append = baohan_log::Append {
        aggregate_id: id_of(2).uuid(),
        expected_sequence: 0,
        events: vec![crate::stage::new_event("Applied", payload)],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    };
    log.append(append).await.unwrap();
    ticks.changed().await.unwrap();
    projections.caught_up(LONG).await.unwrap();
    assert!(projections.guarantee(id_of(2).uuid()).await.unwrap().is_some());
    projections.rebuild(&[Projection::Guarantees]).await.unwrap();
    projections.caught_up(LONG).await.unwrap();
    assert_eq!(projections.guarantees_count().await.unwrap(), 2);
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[tokio::test]
async fn a_call_waits_for_what_was_there_and_not_for_what_comes_later() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    let projections = stage.projections.clone();
    let waiting = tokio::spawn(async move { projections.caught_up(LONG).await });
    stage.catch_up().await;
    stage.does(id_of(2), life::apply(2, morning())).await;
    // The second event is never applied here.
    waiting.await.unwrap().unwrap();
}
