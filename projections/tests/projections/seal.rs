//! The trees of the shards: against naive ones, against what verifies paths, and after whatever happens to those who build them.

use baohan_log::{Log, READ_MAX};
use baohan_projections::{AuditedLeaf, Error, Projection, RebuildState};
use baohan_seal::{Hash, ShardRoot, empty_root, marks, node_hash, verify_consistency, verify_inclusion};

use crate::life::id_of;
use crate::stage::{Stage, fill, morning, new_event};

/// Some subtrees of 256 leaves in each shard, and a rest.
const SOME: u32 = 1_700;

/// The leaves of a shard, hashed anew from the store.
async fn leaves(log: &Log, shard: u16) -> Vec<Hash> {
    let records = log.read(shard, 0, READ_MAX).await.unwrap();
    records.iter().map(baohan_log::StoredEvent::leaf_hash).collect()
}

/// The root as RFC 6962, section 2.1, defines it.
fn naive(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&naive(left), &naive(right))
        }
    }
}

/// Every shard's tree is that of the store.
pub async fn is_the_stores(stage: &Stage) {
    let roots = stage.projections.sealed_roots().await.unwrap();
    assert_eq!(roots.len(), usize::from(stage.log.shards()));
    for (shard, found) in (0..).zip(roots) {
        let leaves = leaves(&stage.log, shard).await;
        assert_eq!(found, ShardRoot { size: leaves.len() as u64, root: naive(&leaves) }, "shard {shard}");
    }
}

#[tokio::test]
async fn a_ledger_without_events_has_empty_trees() {
    let stage = Stage::open().await;
    is_the_stores(&stage).await;
    assert_eq!(stage.projections.sealed_root(0, 0).await.unwrap(), Some(empty_root()));
    assert_eq!(stage.projections.sealed_root(0, 1).await.unwrap(), None);
    assert_eq!(stage.projections.inclusion_path(0, 0, 0).await.unwrap(), None);
    assert_eq!(stage.projections.consistency_path(0, 0, 0).await.unwrap(), Some(vec![]));
    assert_eq!(stage.projections.audited_leaves(0, 0..10).await.unwrap(), []);
}

#[tokio::test]
async fn the_tree_equals_a_naive_one_whatever_the_batches() {
    let mut stage = Stage::open().await;
    let mut number = 0;
    for count in [1, 1, 2, 3, 250, 1, 500, 7, 256, 300] {
        fill(&stage.log, number..number + count).await;
        number += count;
        stage.catch_up().await;
        is_the_stores(&stage).await;
    }
    // Every tree that there ever was.
    let leaves = leaves(&stage.log, 0).await;
    for size in (0..=leaves.len()).step_by(37).chain([255, 256, 257]) {
        let wanted = (size <= leaves.len()).then(|| naive(&leaves[..size.min(leaves.len())]));
        assert_eq!(stage.projections.sealed_root(0, size as u64).await.unwrap(), wanted, "{size}");
    }
}

#[tokio::test]
async fn every_path_verifies_and_proves_nothing_else() {
    let mut stage = Stage::open().await;
    fill(&stage.log, 0..SOME).await;
    stage.catch_up().await;
    let leaves = leaves(&stage.log, 0).await;
    let (all, projections) = (leaves.len(), &stage.projections);
    let sizes = [1, 2, 255, 256, 257, 300, 511, all - 1, all].into_iter().filter(|size| *size <= all);
    for size in sizes.clone() {
        let root = naive(&leaves[..size]);
        for index in (0..size).step_by(61).chain([size - 1]) {
            let (at, of) = (index as u64, size as u64);
            let path = projections.inclusion_path(0, at, of).await.unwrap().unwrap();
            verify_inclusion(&leaves[index], at, of, &path, &root).unwrap();
            assert!(verify_inclusion(&leaves[(index + 1) % all], at, of, &path, &root).is_err());
        }
        for old in (0..size).step_by(97).chain([size - 1, size]) {
            let path = projections.consistency_path(0, old as u64, size as u64).await.unwrap().unwrap();
            let was = naive(&leaves[..old]);
            verify_consistency(old as u64, &was, size as u64, &root, &path).unwrap();
            let other = node_hash(&was, &was);
            assert!(verify_consistency(old as u64, &other, size as u64, &root, &path).is_err());
        }
    }
    let all = all as u64;
    for (index, size) in [(all, all), (0, all + 1), (all, all + 1)] {
        assert_eq!(projections.inclusion_path(0, index, size).await.unwrap(), None);
    }
    assert_eq!(projections.consistency_path(0, 0, all + 1).await.unwrap(), None);
    assert_eq!(projections.consistency_path(0, 2, 1).await.unwrap(), None);
    assert_eq!(projections.sealed_root(stage.log.shards(), 1).await.unwrap(), None);
}

#[tokio::test]
async fn leaves_stand_with_marks_of_their_fields() {
    let mut stage = Stage::open().await;
    crate::lives::lives(&mut stage, 2).await;
    stage.catch_up().await;
    for shard in 0..stage.log.shards() {
        let records = stage.log.read(shard, 0, READ_MAX).await.unwrap();
        let sealed = records.iter().map(|stored| AuditedLeaf {
            index: stored.position - 1,
            hash: Some(stored.leaf_hash()),
            marks: Some(marks(stored)),
        });
        let found = stage.projections.audited_leaves(shard, 0..u64::from(u32::MAX)).await.unwrap();
        assert_eq!(found, sealed.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn it_can_be_applied_alone_and_the_others_come_after() {
    let stage = Stage::open().await;
    fill(&stage.log, 0..SOME).await;
    let mut alone = stage.projections.runner_of(&[Projection::Seal]).await.unwrap();
    assert_eq!(alone.catch_up().await.unwrap(), SOME as usize);
    is_the_stores(&stage).await;
    for (projection, _, position) in stage.projections.audited_places().await.unwrap() {
        assert_eq!(position > 0, projection == Projection::Seal, "{}", projection.name());
    }
    let mut lists = stage.projections.runner_of(&Projection::LISTS).await.unwrap();
    assert_eq!(lists.catch_up().await.unwrap(), SOME as usize);
    stage.is_as_fresh().await;
}

#[tokio::test]
async fn an_event_that_nobody_can_read_is_sealed_all_the_same() {
    let mut stage = Stage::open().await;
    stage.append_raw(id_of(1), 0, vec![new_event("Blessed", r#"{"type":"Blessed"}"#.to_owned())]).await;
    fill(&stage.log, 10..40).await;
    stage.catch_up().await;
    is_the_stores(&stage).await;
    // Neither does it stand in the way of a tree that is built anew.
    stage.projections.rebuild(&[Projection::Seal]).await.unwrap();
    fill(&stage.log, 40..60).await;
    stage.catch_up().await;
    stage.built().await;
    assert_eq!(stage.rebuild_of(Projection::Seal).await.state, RebuildState::Done);
    is_the_stores(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn built_anew_the_tree_is_the_same_and_answers_meanwhile() {
    let mut stage = Stage::open().await;
    fill(&stage.log, 0..SOME).await;
    stage.catch_up().await;
    let before = stage.projections.sealed_roots().await.unwrap();
    stage.projections.rebuild(&[Projection::Seal]).await.unwrap();
    assert_eq!(stage.projections.sealed_roots().await.unwrap(), before);
    fill(&stage.log, SOME..SOME + 300).await;
    stage.built().await;
    is_the_stores(&stage).await;
    stage.catch_up().await;
    fill(&stage.log, SOME + 300..SOME + 600).await;
    stage.catch_up().await;
    is_the_stores(&stage).await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_ended_in_the_middle_loses_nothing() {
    let mut stage = Stage::open().await;
    for round in 0..12 {
        fill(&stage.log, round * 150..round * 150 + 150).await;
        let runner = stage.projections.runner().await.unwrap();
        let mut ticks = stage.projections.watch();
        ticks.borrow_and_update();
        let running = tokio::spawn(runner.run(std::future::pending()));
        if round % 2 == 0 {
            // Something is written, and more is under way.
            ticks.changed().await.unwrap();
        }
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        if round % 4 == 3 {
            stage = stage.reopened().await;
        }
    }
    let mut stage = stage.reopened().await;
    stage.catch_up().await;
    is_the_stores(&stage).await;
    stage.is_as_fresh().await;
}

#[tokio::test]
async fn a_row_that_is_missing_is_told_and_no_root_is_made_up() {
    let mut stage = Stage::open().await;
    fill(&stage.log, 0..SOME).await;
    stage.catch_up().await;
    let size = stage.log.head(0);
    stage.run(&format!("DELETE FROM seal WHERE shard = 0 AND level = 0 AND number = {}", size - 1)).await;
    stage.run("DELETE FROM seal WHERE shard = 0 AND level = 8 AND number = 1").await;
    let bent = |found: Result<(), Error>| matches!(found, Err(Error::BentRow { table: "seal", .. }));
    assert!(bent(stage.projections.sealed_roots().await.map(drop)));
    assert!(bent(stage.projections.sealed_root(0, size).await.map(drop)));
    assert!(bent(stage.projections.inclusion_path(0, 0, 512).await.map(drop)));
    assert!(bent(stage.projections.consistency_path(0, 256, 512).await.map(drop)));
    // What does not need it is answered.
    assert!(stage.projections.sealed_root(0, 256).await.unwrap().is_some());
    // And nothing is sealed behind a gap.
    fill(&stage.log, SOME..SOME + 2_000).await;
    stage.catch_up().await;
    let status = stage.projections.status(morning()).await.unwrap();
    let seal = status.iter().find(|status| status.name == "seal").unwrap();
    assert!(seal.is_stopped());
    let stopped = seal.shards[0].stopped.clone().unwrap();
    assert!(stopped.cause.contains("the seal lacks a row before it"), "{}", stopped.cause);
}
