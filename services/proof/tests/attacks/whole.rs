//! A ledger that nobody has touched.

use baohan_proof::{Options, consistency, evidence, inclusion};
use baohan_seal::SignedCheckpoint;
use baohan_seal::evidence::verify as verify_evidence;

use crate::stage::{Stage, id_of, public_key};

#[tokio::test]
async fn a_ledger_that_nobody_touched_fits() {
    let mut stage = Stage::on_files().await;
    stage.lives(20, 5).await;
    stage.remark(3, "written after the last checkpoint").await;
    stage.catch_up().await;
    let report = stage.auditor().await.verifies().await;
    assert_eq!(report.findings, []);
    assert!(report.fits && report.is_signed);
    assert_eq!(report.compared.records, 101);
    assert_eq!(report.compared.bodies, 101);
    assert_eq!(report.compared.documents, 20);
    assert_eq!((report.shards[0].records, report.shards[0].signed), (101, 100));
    assert_eq!(report.checkpoints.kept, 5);
    assert_eq!(report.remarks, ["1 records at the end are not signed yet"]);
}

#[tokio::test]
async fn a_ledger_on_postgresql_fits() {
    let mut stage = Stage::on_postgres().await;
    stage.lives(12, 4).await;
    let report = stage.auditor().await.verifies().await;
    assert_eq!(report.findings, []);
    assert!(report.fits && report.is_signed);
    assert_eq!(report.compared.records, 48);
    assert_eq!(report.shards.len(), 2);
    assert!(report.shards.iter().all(|shard| shard.signed == shard.records));
}

#[tokio::test]
async fn what_came_after_a_checkpoint_is_verified_alone() {
    let mut stage = Stage::on_files().await;
    stage.lives(10, 4).await;
    let since = stage.log().kept_checkpoint(2).await.unwrap().unwrap();
    let since = SignedCheckpoint::parse(&since.note).unwrap();
    let report =
        stage.auditor().await.verifies_with(&Options { since: Some(since), ..Options::default() }).await;
    assert_eq!(report.findings, []);
    assert_eq!(report.compared.records, 20);
    assert_eq!(report.since, Some(2));
}

#[tokio::test]
async fn one_guarantee_is_verified_alone() {
    let mut stage = Stage::on_files().await;
    stage.lives(10, 4).await;
    let options = Options { guarantee: Some(id_of(4).uuid()), ..Options::default() };
    let report = stage.auditor().await.verifies_with(&options).await;
    assert_eq!(report.findings, []);
    assert_eq!((report.compared.records, report.compared.leaves, report.compared.roots), (4, 4, 4));
    assert_eq!((report.compared.bodies, report.compared.documents), (4, 1));
}

#[tokio::test]
async fn an_erased_guarantee_still_fits() {
    let mut stage = Stage::on_files().await;
    stage.lives(8, 4).await;
    let entry = baohan_log::JournalEntry { id: stage.ledger.new_id(), ..baohan_log::JournalEntry::default() };
    let erasure = stage.log().erase_key(id_of(5).uuid(), entry).await.unwrap().unwrap();
    assert_eq!(erasure.bodies, 4);
    let report = stage.auditor().await.verifies().await;
    assert_eq!(report.findings, []);
    assert_eq!((report.compared.bodies, report.compared.erased_bodies), (28, 4));
}

#[tokio::test]
async fn proofs_and_evidence_are_given_that_verify() {
    let mut stage = Stage::on_files().await;
    stage.lives(6, 4).await;
    let auditor = stage.auditor().await;
    let (log, projections) = (stage.log(), &stage.projections);
    let event = stage.log().load(id_of(2).uuid()).await.unwrap().events[1].clone();
    let proof = may_wait_anywhere(inclusion(log, projections, event.id)).await.unwrap().unwrap();
    assert_eq!(
        (proof.position, proof.size, proof.leaf),
        (event.position, 24, hex::encode(event.leaf_hash()))
    );
    assert!(inclusion(log, projections, uuid::Uuid::nil()).await.unwrap().is_none());
    let proof = may_wait_anywhere(consistency(log, projections, 1, 4)).await.unwrap().unwrap();
    assert_eq!((proof.shards[0].old_size, proof.shards[0].new_size), (6, 24));
    assert!(consistency(log, projections, 4, 1).await.unwrap().is_none());

    let file = may_wait_anywhere(evidence(log, projections, &auditor.sources.trust, id_of(2).uuid()));
    let file = file.await.unwrap().unwrap();
    let trust = baohan_seal::evidence::Trust { ledger: Some(public_key(7)), ..Default::default() };
    let verdict = verify_evidence(&file.to_bytes().unwrap(), &trust);
    assert!(verdict.is_ok(), "{verdict:?}");
    assert_eq!(file.records.len(), 4);
}

/// Servers' handlers are carried from thread to thread.
fn may_wait_anywhere<F: Future + Send>(future: F) -> F {
    future
}
