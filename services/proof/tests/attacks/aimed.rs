//! Attacks at one place each, which random ones seldom hit.

use std::path::{Path, PathBuf};

use baohan_proof::{Finding, Kind, Options, Report, inclusion};
use baohan_seal::{Policy, SignedCheckpoint, WitnessKey};

use crate::rights::Rights;
use crate::stage::{Auditor, Place, Stage, documents_folder, id_of, public_key};

/// A closed ledger, and who attacks and looks at it.
async fn closed(guarantees: u32, rounds: u32) -> (tempfile::TempDir, Rights, Auditor) {
    let mut stage = Stage::on_files().await;
    stage.lives(guarantees, rounds).await;
    let (folder, place) = stage.closed().await;
    let rights = Rights::over(folder.path()).await;
    let auditor = Auditor::of(folder.path(), &place, 7).await;
    (folder, rights, auditor)
}

fn first(report: &Report) -> (Kind, Option<u64>, Option<u64>) {
    let first: &Finding = report.first().unwrap();
    (first.kind, first.position, first.until)
}

#[tokio::test]
async fn an_inner_row_of_the_seal_that_is_another_is_found() {
    let (_folder, mut rights, auditor) = closed(60, 10).await;
    assert_eq!(auditor.verifies().await.findings, []);
    for statement in [
        "UPDATE seal SET hash = randomblob(32) WHERE level = 8 AND number = 1",
        "DELETE FROM seal WHERE level = 8 AND number = 1",
    ] {
        assert!(rights.attack(&[], &[statement.to_owned()]).await);
        let report = auditor.verifies().await;
        assert_eq!(first(&report), (Kind::SealAltered, Some(257), Some(512)), "{report:#?}");
        // Who believes a checkpoint needs that row: it is missed there as well, and everything is read from the first record on.
        let since = auditor.sources.log.kept_checkpoint(9).await.unwrap().unwrap();
        let since = SignedCheckpoint::parse(&since.note).unwrap();
        let report = auditor.verifies_with(&Options { since: Some(since), ..Options::default() }).await;
        assert_eq!(report.first().map(|first| first.kind), Some(Kind::SealAltered));
        assert_eq!(report.compared.records, 600);
        rights.undo().await;
    }
    assert_eq!(auditor.verifies().await.findings, []);
}

#[tokio::test]
async fn a_leaf_and_the_rows_above_it_that_are_altered_together_are_found_at_the_leaf() {
    let (_folder, mut rights, auditor) = closed(60, 5).await;
    let statement = "UPDATE seal SET hash = randomblob(32) WHERE level = 8 OR number = 6";
    assert!(rights.attack(&[], &[statement.to_owned()]).await);
    let report = auditor.verifies().await;
    assert_eq!(first(&report), (Kind::SealAltered, Some(7), None), "{report:#?}");
}

#[tokio::test]
async fn what_came_after_a_checkpoint_is_looked_at_when_only_that_is_asked_for() {
    let (_folder, mut rights, auditor) = closed(10, 5).await;
    let since = auditor.sources.log.kept_checkpoint(3).await.unwrap().unwrap();
    let since = Options { since: Some(SignedCheckpoint::parse(&since.note).unwrap()), ..Options::default() };
    let statement = |at: u64| format!("UPDATE events SET payload = payload || ' ' WHERE position = {at}");
    assert!(rights.attack(&[statement(44)], &[]).await);
    let report = auditor.verifies_with(&since).await;
    assert_eq!(first(&report), (Kind::Altered, Some(44), None), "{report:#?}");
    rights.undo().await;
    assert!(rights.attack(&[statement(12)], &[]).await);
    assert!(
        auditor.verifies_with(&since).await.fits,
        "it was altered before the checkpoint, which is believed"
    );
    assert_eq!(first(&auditor.verifies().await), (Kind::Altered, Some(12), None));
}

#[tokio::test]
async fn what_was_done_to_a_guarantee_is_found_when_it_alone_is_asked_for() {
    let (_folder, mut rights, auditor) = closed(8, 4).await;
    let id = id_of(3).uuid();
    let (mine, others) = (
        Options { guarantee: Some(id), ..Options::default() },
        Options { guarantee: Some(id_of(4).uuid()), ..Options::default() },
    );
    let of_mine = format!("aggregate_id = '{id}' AND sequence = 2");
    for (ledger, kind) in [
        (format!("UPDATE events SET payload = payload || ' ' WHERE {of_mine}"), Kind::Altered),
        (format!("UPDATE events SET event_version = CAST(x'80' AS TEXT) WHERE {of_mine}"), Kind::Altered),
        (format!("DELETE FROM events WHERE {of_mine}"), Kind::Missing),
        (format!("DELETE FROM events WHERE aggregate_id = '{id}' AND sequence = 4"), Kind::Truncated),
    ] {
        assert!(rights.attack(std::slice::from_ref(&ledger), &[]).await, "{ledger}");
        let report = auditor.verifies_with(&mine).await;
        assert_eq!(report.first().map(|first| first.kind), Some(kind), "{ledger}: {report:#?}");
        assert!(auditor.verifies_with(&others).await.fits, "{ledger}");
        rights.undo().await;
    }
}

#[tokio::test]
async fn the_row_of_one_guarantee_is_found_wherever_it_stands() {
    let (_folder, mut rights, auditor) = closed(8, 4).await;
    let id = id_of(3).uuid();
    let mine = Options { guarantee: Some(id), ..Options::default() };
    let moved = format!("UPDATE guarantees SET begins = begins + 1000 WHERE id = x'{}'", id.simple());
    assert!(rights.attack(&[], &[moved]).await);
    let report = auditor.verifies_with(&mine).await;
    let named = report.first().unwrap();
    assert_eq!((named.kind, named.fields.as_slice()), (Kind::ProjectionAltered, &["begins".to_owned()][..]));
    rights.undo().await;
    // No record leads to it any more.
    let gone = format!("DELETE FROM events WHERE aggregate_id = '{id}'");
    assert!(rights.attack(&[gone], &[]).await);
    let report = auditor.verifies_with(&mine).await;
    assert_eq!(report.first().map(|first| first.kind), Some(Kind::Truncated), "{report:#?}");
}

/// The file of the first document.
fn a_document(folder: &Path) -> PathBuf {
    let mut waiting = vec![documents_folder(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_file() {
            return path;
        }
        waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
    }
    panic!("there is none")
}

#[tokio::test]
async fn a_document_that_is_another_or_gone_is_found() {
    let (folder, _rights, auditor) = closed(3, 4).await;
    let file = a_document(folder.path());
    let as_it_was = std::fs::read(&file).unwrap();
    std::fs::write(&file, [as_it_was.as_slice(), b"% more"].concat()).unwrap();
    let report = auditor.verifies().await;
    let named = report.first().unwrap();
    assert_eq!((report.findings.len(), named.kind), (1, Kind::DocumentAltered), "{report:#?}");
    assert!(named.event.is_some() && named.guarantee.is_some() && (7..=9).contains(&named.position.unwrap()));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(auditor.verifies().await.first().map(|first| first.kind), Some(Kind::DocumentMissing));
    std::fs::write(&file, as_it_was).unwrap();
    assert_eq!(auditor.verifies().await.findings, []);
}

#[tokio::test]
async fn a_co_signature_that_is_not_the_witnesses_is_found() {
    let mut stage = Stage::on_files().await;
    stage.lives(3, 3).await;
    let witness = baohan_seal::SigningKey::from_bytes(&[9; 32]).unwrap().into();
    let kept = stage.log().kept_checkpoint(2).await.unwrap().unwrap();
    let text = SignedCheckpoint::parse(&kept.note).unwrap();
    let line = baohan_seal::Cosignature::make("notary.example", 1_772_415_000, text.text(), &witness)
        .unwrap()
        .line();
    stage.log().keep_cosignature(2, "notary.example", &line).await.unwrap();
    let (folder, place) = stage.closed().await;
    let mut rights = Rights::over(folder.path()).await;
    let mut auditor = Auditor::of(folder.path(), &place, 7).await;
    let known = WitnessKey { name: "notary.example".to_owned(), public_key: public_key(9) };
    auditor.sources.trust.policy = Policy { at_least: 1, of: vec![known] };
    let report = auditor.verifies().await;
    assert_eq!((report.findings.as_slice(), report.checkpoints.newest_that_counts), (&[][..], Some(2)));
    for set in [
        "number = 3",
        "witness = 'another'",
        "line = replace(line, 'notary', 'votary')",
        "line = substr(line, 1, 60)",
    ] {
        assert!(rights.attack(&[format!("UPDATE kept_cosignatures SET {set}")], &[]).await, "{set}");
        let report = auditor.verifies().await;
        assert_eq!(
            report.first().map(|first| first.kind),
            Some(Kind::CheckpointAltered),
            "{set}: {report:#?}"
        );
        rights.undo().await;
    }
}

#[tokio::test]
async fn no_proof_is_given_out_of_a_store_that_was_altered() {
    let (folder, mut rights, auditor) = closed(4, 3).await;
    let event = auditor.sources.log.load(id_of(1).uuid()).await.unwrap().events[0].clone();
    let statement = format!("UPDATE events SET payload = payload || ' ' WHERE position = {}", event.position);
    assert!(rights.attack(&[statement], &[]).await);
    let again = Auditor::of(folder.path(), &Place::files(folder.path()), 7).await;
    let projections = again.sources.projections.as_ref().unwrap();
    let refused = inclusion(&again.sources.log, projections, event.id).await;
    assert!(matches!(refused, Err(baohan_proof::Error::DoesNotLead(_))), "{refused:?}");
}
