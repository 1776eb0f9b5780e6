//! Rebuilds that take their time: under live writing, paused, given up, broken off in the middle.

use std::future::pending;
use std::time::Duration;

use baohan_projections::{Error, Projection, RebuildState};
use baohan_servers::until;
use tokio::sync::oneshot;

use crate::life::{self, id_of};
use crate::stage::{Stage, fill, morning, new_event};

const LONG: Duration = Duration::from_mins(1);
/// More than a transaction of a rebuild takes.
const MANY: u32 = 12_000;

async fn filled() -> Stage {
    let mut stage = Stage::open().await;
    fill(&stage.log, 0..MANY).await;
    stage.catch_up().await;
    stage
}

/// Builds until something is done, and leaves off there: within the next transaction.
async fn begun(stage: &Stage, projection: Projection) -> u64 {
    let mut pieces = stage.projections.watch();
    pieces.borrow_and_update();
    tokio::select! {
        built = stage.projections.carry_out_rebuilds(pending()) => panic!("it was done at once: {built:?}"),
        changed = pieces.changed() => changed.unwrap(),
    }
    stage.rebuild_of(projection).await.events_done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn built_beside_while_others_write_it_equals_a_fresh_one() {
    let mut stage = Stage::open().await;
    crate::lives::lives(&mut stage, usize::MAX).await;
    let Stage { folder, log, projections, runner } = stage;
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(runner.run(async move {
        let _ = stopped.await;
    }));
    projections.rebuild(&Projection::ALL).await.unwrap();
    fill(&log, 50_000..50_200).await;
    let (mut number, mut written_at) = (50_200, 0);
    let mut pieces = projections.watch();
    loop {
        pieces.borrow_and_update();
        let status = projections.status(morning()).await.unwrap();
        let rebuilds: Vec<_> = status.iter().filter_map(|status| status.rebuild.as_ref()).collect();
        if rebuilds.iter().all(|rebuild| rebuild.state == RebuildState::Done) {
            break;
        }
        // Half as much is written as is built, so that the end comes however slow the machine is.
        let built: u64 = rebuilds.iter().map(|rebuild| rebuild.events_done).sum();
        if built >= written_at + 2 * 20 * rebuilds.len() as u64 {
            fill(&log, number..number + 20).await;
            (number, written_at) = (number + 20, built);
        }
        // Whether it was a piece or the time does not matter: it looks again.
        let _ = tokio::time::timeout(Duration::from_millis(20), pieces.changed()).await;
    }
    projections.caught_up(LONG).await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap();
    let runner = projections.runner().await.unwrap();
    let stage = Stage { folder, log, projections, runner };
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_off_in_the_middle_it_goes_on_where_it_was() {
    let stage = filled().await;
    stage.projections.rebuild(&[Projection::Exposure]).await.unwrap();
    let done = begun(&stage, Projection::Exposure).await;
    assert!(done > 0 && done < u64::from(MANY), "{done}");
    let stage = stage.reopened().await;
    assert_eq!(stage.rebuild_of(Projection::Exposure).await.state, RebuildState::Building);
    assert!(stage.rebuild_of(Projection::Exposure).await.events_done >= done);
    stage.built().await;
    let status = stage.rebuild_of(Projection::Exposure).await;
    assert_eq!((status.state, status.events_done), (RebuildState::Done, u64::from(MANY)));
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_paused_and_resumed() {
    let stage = filled().await;
    let all = [Projection::Timeline];
    stage.projections.rebuild(&all).await.unwrap();
    begun(&stage, Projection::Timeline).await;
    assert_eq!(stage.projections.pause(&all).await.unwrap(), all);
    assert_eq!(stage.projections.pause(&all).await.unwrap(), []);
    let paused = stage.rebuild_of(Projection::Timeline).await;
    assert_eq!(paused.state, RebuildState::Paused);
    // There is nothing to carry out.
    stage.built().await;
    assert_eq!(stage.rebuild_of(Projection::Timeline).await.events_done, paused.events_done);
    assert_eq!(stage.projections.resume(&all).await.unwrap(), all);
    stage.built().await;
    assert_eq!(stage.rebuild_of(Projection::Timeline).await.state, RebuildState::Done);
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_up_it_leaves_everything_as_it_was() {
    let mut stage = filled().await;
    let all = [Projection::Sections, Projection::Guarantees];
    stage.projections.rebuild(&all).await.unwrap();
    begun(&stage, Projection::Guarantees).await;
    assert_eq!(stage.projections.cancel(&all).await.unwrap(), all);
    stage.built().await;
    let status = stage.rebuild_of(Projection::Guarantees).await;
    assert_eq!((status.state, status.events_done), (RebuildState::Cancelled, 0));
    fill(&stage.log, MANY..MANY + 3).await;
    stage.catch_up().await;
    stage.is_as_fresh().await;
    // And it can be asked for again.
    stage.projections.rebuild(&all).await.unwrap();
    stage.built().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_runner_builds_what_another_process_asks_for() {
    let mut stage = Stage::open().await;
    crate::lives::lives(&mut stage, usize::MAX).await;
    let Stage { folder, log, projections, runner } = stage;
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(runner.run(async move {
        let _ = stopped.await;
    }));
    projections.caught_up(LONG).await.unwrap();
    let options = crate::kind::options(folder.path()).await;
    let other = baohan_projections::Projections::open(log, options).await;
    other.unwrap().rebuild(&[Projection::Claims]).await.unwrap();
    until("the rebuild", LONG, async || {
        let status = projections.status(morning()).await.unwrap();
        let claims = status.into_iter().find(|status| status.name == "claims").unwrap();
        claims.rebuild.filter(|rebuild| rebuild.state == RebuildState::Done)
    })
    .await;
    stop.send(()).unwrap();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bent_event_stops_the_rebuild_and_the_running_table_goes_on() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    stage.does(id_of(1), life::pay(morning())).await;
    stage.does(id_of(1), life::issue(1, baohan_domain::Form::Plain, morning())).await;
    let paid = baohan_domain::event::ClaimPaid {
        claim: 9,
        amount: life::yuan("1.00"),
        reference: "p-9".to_owned(),
        paid_at: morning(),
    };
    stage.append(id_of(1), 3, &[paid.into()]).await;
    stage.does(id_of(2), life::apply(2, morning())).await;
    stage.catch_up().await;
    let all = [Projection::Claims, Projection::Sections];
    stage.projections.rebuild(&[Projection::Claims]).await.unwrap();
    stage.built().await;
    let status = stage.rebuild_of(Projection::Claims).await;
    assert_eq!(status.state, RebuildState::Stopped);
    let cause = "position 4 of shard 0: ClaimPaid does not follow: no such claim is open";
    assert_eq!(status.cause.as_deref(), Some(cause));
    assert_eq!(stage.projections.resume(&all).await.unwrap(), [Projection::Claims]);
    stage.built().await;
    assert_eq!(stage.rebuild_of(Projection::Claims).await.state, RebuildState::Stopped);
    assert_eq!(stage.projections.cancel(&all).await.unwrap(), [Projection::Claims]);
    stage.projections.caught_up_with(&[Projection::Guarantees], Duration::ZERO).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_stops_the_rebuild_of_guarantees_too() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    stage.append_raw(id_of(1), 1, vec![new_event("Blessed", r#"{"type":"Blessed"}"#.to_owned())]).await;
    stage.catch_up().await;
    stage.projections.rebuild(&[Projection::Guarantees]).await.unwrap();
    stage.built().await;
    let status = stage.rebuild_of(Projection::Guarantees).await;
    assert_eq!(status.state, RebuildState::Stopped);
    assert!(status.cause.unwrap().starts_with("position 2 of shard 0: "));
    let behind = stage.projections.caught_up(Duration::ZERO).await;
    assert!(matches!(behind, Err(Error::StandsStill { .. })), "{behind:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guarantees_that_come_again_and_again_over_many_transactions_are_folded_whole() {
    let mut stage = filled().await;
    // Each has events at both ends of the log.
    for number in (0..MANY).step_by(1_000) {
        stage.does(id_of(number), life::pay(morning())).await;
        stage.does(id_of(number), life::issue(number, baohan_domain::Form::Plain, morning())).await;
    }
    stage.catch_up().await;
    for projections in [&[Projection::Guarantees][..], &Projection::ALL] {
        stage.projections.rebuild(projections).await.unwrap();
        stage.built().await;
        stage.is_as_fresh().await;
    }
}
