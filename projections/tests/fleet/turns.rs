//! Who applies which shard, where several processes could.

use std::time::Duration;

use baohan_projections::{Projection, RebuildState};
use baohan_servers::until;

use crate::kind::SHARDS;
use crate::many::{Process, Running};
use crate::stage::{Stage, fill, morning};

const LONG: Duration = Duration::from_mins(1);

/// The fences of the turns to apply shards, in the order of the shards.
async fn fences(process: &Process) -> Vec<u64> {
    let turns = process.log.turns().await.unwrap();
    let mut shards: Vec<_> = turns.into_iter().filter(|turn| turn.name.contains("/shard-")).collect();
    shards.sort_by(|one, other| one.name.cmp(&other.name));
    shards.into_iter().map(|turn| turn.fence).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_apply_at_once_without_turns_count_everything_once() {
    let stage = Stage::open().await;
    let (one, other) = (Process::beside(&stage).await, Process::beside(&stage).await);
    for round in 0..6 {
        fill(&one.log, round * 400..round * 400 + 400).await;
        let (mut first, mut second) =
            (one.projections.runner().await.unwrap(), other.projections.runner().await.unwrap());
        let steps = |runner| async move {
            let runner: &mut baohan_projections::Runner = runner;
            let mut applied = 0;
            for _ in 0..4 {
                // Who finds his checkpoints moved applies nothing; a deadlock or a wait too long is tried again.
                applied += runner.step().await.unwrap_or(0);
            }
            applied
        };
        let (mine, theirs) = tokio::join!(steps(&mut first), steps(&mut second));
        first.catch_up().await.unwrap();
        assert!(mine + theirs <= 400, "{mine} and {theirs}");
    }
    one.projections.caught_up(LONG).await.unwrap();
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_the_shards_out_and_one_takes_over_from_the_other() {
    let stage = Stage::open().await;
    let (one, other) = (Process::beside(&stage).await, Process::beside(&stage).await);
    let (first, second) = (one.running().await, other.running().await);
    for round in 0..5 {
        // What one process appends the other may have to apply.
        fill(&one.log, round * 200..round * 200 + 100).await;
        fill(&other.log, round * 200 + 100..round * 200 + 200).await;
        one.projections.caught_up(LONG).await.unwrap();
        other.projections.caught_up(LONG).await.unwrap();
    }
    let before = fences(&one).await;
    assert_eq!(before.len(), usize::from(SHARDS));
    first.stop().await;
    fill(&other.log, 5_000..5_100).await;
    other.projections.caught_up(LONG).await.unwrap();
    second.stop().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loses_his_turn_stops_and_asks_for_it_anew() {
    let stage = Stage::open().await;
    let process = Process::beside(&stage).await;
    let running = process.running().await;
    fill(&process.log, 0..50).await;
    process.projections.caught_up(LONG).await.unwrap();
    let before = fences(&process).await;
    // Somebody else has them from now on, and is gone at once.
    let steal = "UPDATE public.turns SET holder = '00000000-0000-0000-0000-000000000001', fence = fence + 1, until = now()";
    stage.run(steal).await;
    until("new turns", LONG, async || {
        let after = fences(&process).await;
        let are_new = after.iter().zip(&before).all(|(after, before)| *after > before + 1);
        (are_new && after.len() == before.len()).then_some(after)
    })
    .await;
    fill(&process.log, 50..100).await;
    process.projections.caught_up(LONG).await.unwrap();
    running.stop().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_over_several_shards_goes_on_while_two_processes_apply() {
    let stage = Stage::open().await;
    let (one, other) = (Process::beside(&stage).await, Process::beside(&stage).await);
    fill(&one.log, 0..2_000).await;
    let (first, second) = (one.running().await, other.running().await);
    one.projections.rebuild(&Projection::ALL).await.unwrap();
    let mut number = 10_000;
    let done = async || {
        fill(&other.log, number..number + 50).await;
        number += 50;
        let status = other.projections.status(morning()).await.unwrap();
        let is_done = |status: &baohan_projections::Status| {
            status.rebuild.as_ref().is_some_and(|rebuild| rebuild.state == RebuildState::Done)
        };
        status.iter().all(is_done).then_some(())
    };
    until("all are built anew", LONG, done).await;
    other.projections.caught_up(LONG).await.unwrap();
    first.stop().await;
    second.stop().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_sees_what_another_process_appended_and_a_third_applied() {
    let stage = Stage::open().await;
    let (writer, reader) = (Process::beside(&stage).await, Process::beside(&stage).await);
    let applying = Running::start(Process::beside(&stage).await.projections.runner().await.unwrap());
    for number in 0..20 {
        fill(&writer.log, number..number + 1).await;
        reader.projections.caught_up(LONG).await.unwrap();
        assert_eq!(reader.projections.guarantees_count().await.unwrap(), u64::from(number) + 1);
    }
    applying.stop().await;
}
