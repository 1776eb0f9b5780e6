//! Whoever holds the database and the key: what the store itself cannot show, the memory of a witness does.

use std::path::Path;
use std::sync::Arc;

use baohan_proof::{Brought, Kind, Options, Report};
use baohan_seal::SignedCheckpoint;
use baohan_sealer::{Outlets, WitnessAt};
use baohan_witness::Witness;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::rights::{copy_of, free};
use crate::stage::{Auditor, Place, Stage, public_key, signer};

const KEY: u8 = 7;
const WITNESS_KEY: u8 = 9;
const WITNESS: &str = "notary.example";

/// A ledger whose checkpoints a witness co-signs, and where the witness is asked.
async fn witnessed() -> (Stage, String, TempDir) {
    let stage = Stage::on_files().await;
    let ledger = stage.log().ledger();
    let (folder, place) = stage.closed().await;
    let memory = tempfile::tempdir().unwrap();
    let now = Arc::new(|| "2026-03-02T01:30:00Z".parse::<DateTime<Utc>>().unwrap());
    let known = vec![(ledger, public_key(KEY))];
    let witness = Witness::open(memory.path(), Arc::new(signer(WITNESS_KEY)), WITNESS, known, now).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { witness.serve(listener, std::future::pending()).await.unwrap() });
    let at = WitnessAt { name: WITNESS.to_owned(), url: url.clone(), public_key: public_key(WITNESS_KEY) };
    let out = Outlets { witnesses: vec![at], at_least: 1, ..Outlets::default() };
    (Stage::open(folder, place, KEY, out).await, url, memory)
}

async fn remembered(url: &str, auditor: &Auditor) -> Brought {
    let client = reqwest::Client::new();
    Brought::from_witness(&client, url, auditor.sources.log.ledger()).await.unwrap().unwrap()
}

/// The ledger as it stands in a folder, looked at by somebody who asks the witness.
async fn asked(folder: &Path, url: &str, more: Vec<Brought>) -> Report {
    let mut auditor = Auditor::of(folder, &Place::files(folder), KEY).await;
    auditor.sources.trust.brought = more;
    let remembered = remembered(url, &auditor).await;
    auditor.sources.trust.brought.push(remembered);
    let report = auditor.verifies().await;
    auditor.close().await;
    report
}

/// Changes what the records behind a position say, derives everything anew, and signs it again with the ledger's own key.
async fn rewritten_since(folder: TempDir, position: u64, number: u64, rounds: u32) -> TempDir {
    let mut ledger = open(&folder.path().join("ledger.db")).await;
    free(&mut ledger).await;
    for statement in [
        format!(
            "UPDATE events SET payload = replace(payload, 'remark', 'REMARK') WHERE position > {position}"
        ),
        format!("DELETE FROM kept_cosignatures WHERE number > {number}"),
        format!("DELETE FROM kept_checkpoints WHERE number > {number}"),
    ] {
        sqlx::query(&statement).execute(&mut ledger).await.unwrap();
    }
    ledger.close().await.unwrap();
    std::fs::remove_file(folder.path().join("ledger-projections.db")).unwrap();
    let place = Place::files(folder.path());
    let mut stage = Stage::open(folder, place, KEY, Outlets::default()).await;
    stage.seal().await;
    for round in 0..rounds {
        stage.remark(0, &format!("signed again {round}")).await;
        stage.seal().await;
    }
    stage.closed().await.0
}

async fn open(file: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap()
}

#[tokio::test]
async fn a_history_that_was_rewritten_and_signed_again_is_found_by_the_witness_alone() {
    let (mut stage, url, _memory) = witnessed().await;
    stage.lives(6, 6).await;
    let good = stage.log().kept_checkpoint(4).await.unwrap().unwrap();
    let good = SignedCheckpoint::parse(&good.note).unwrap();
    assert_eq!(good.checkpoint().shards[0].size, 24);
    let (folder, _) = stage.closed().await;
    assert_eq!(asked(folder.path(), &url, Vec::new()).await.findings, []);

    let folder = rewritten_since(folder, 24, 4, 3).await;
    let alone = Auditor::of(folder.path(), &Place::files(folder.path()), KEY).await;
    let report = alone.verifies().await;
    assert_eq!(report.findings, [], "the store fits itself and the key: nothing in it shows what was done");
    assert!(report.is_signed);
    alone.close().await;

    let report = asked(folder.path(), &url, Vec::new()).await;
    let first = report.first().unwrap();
    assert_eq!((first.kind, first.shard, first.until), (Kind::Rewritten, Some(0), Some(36)), "{report:#?}");
    assert!(first.said.contains("witness"), "{}", first.said);
    let said = report
        .findings
        .iter()
        .any(|finding| finding.said.contains("is another than the one that the witness"));
    assert!(said, "{:#?}", report.findings);

    // Whoever still has a checkpoint of before knows where it begins.
    let kept = Brought { from: "an old letter".to_owned(), signed: good };
    let report = asked(folder.path(), &url, vec![kept]).await;
    let first = report.first().unwrap();
    assert_eq!(
        (first.kind, first.position, first.until),
        (Kind::Rewritten, Some(25), Some(36)),
        "{report:#?}"
    );
}

#[tokio::test]
async fn a_tail_that_was_cut_off_and_signed_again_is_found_by_the_witness() {
    let (mut stage, url, _memory) = witnessed().await;
    stage.lives(5, 5).await;
    let (folder, _) = stage.closed().await;
    let mut ledger = open(&folder.path().join("ledger.db")).await;
    free(&mut ledger).await;
    for statement in [
        "DELETE FROM events WHERE position > 20",
        "UPDATE heads SET position = 20",
        "DELETE FROM kept_cosignatures WHERE number > 4",
        "DELETE FROM kept_checkpoints WHERE number > 4",
    ] {
        sqlx::query(statement).execute(&mut ledger).await.unwrap();
    }
    ledger.close().await.unwrap();
    std::fs::remove_file(folder.path().join("ledger-projections.db")).unwrap();
    let place = Place::files(folder.path());
    let mut stage = Stage::open(folder, place, KEY, Outlets::default()).await;
    stage.catch_up().await;
    let (folder, _) = stage.closed().await;
    let report = asked(folder.path(), &url, Vec::new()).await;
    let first = report.first().unwrap();
    assert_eq!(
        (first.kind, first.position, first.until),
        (Kind::Truncated, Some(21), Some(25)),
        "{report:#?}"
    );
}

#[tokio::test]
async fn two_histories_that_are_shown_to_two_readers_are_found_by_the_witness() {
    let (mut stage, url, _memory) = witnessed().await;
    stage.lives(4, 3).await;
    let (folder, place) = stage.closed().await;
    let other = copy_of(folder.path());

    // One goes on before the witness, the other is signed with the same key behind its back.
    let at = WitnessAt { name: WITNESS.to_owned(), url: url.clone(), public_key: public_key(WITNESS_KEY) };
    let out = Outlets { witnesses: vec![at], at_least: 1, ..Outlets::default() };
    let mut stage = Stage::open(folder, place, KEY, out.clone()).await;
    stage.remark(1, "as it was").await;
    stage.seal().await;
    let (folder, _) = stage.closed().await;
    let place = Place::files(other.path());
    let mut forked = Stage::open(other, place, KEY, Outlets::default()).await;
    forked.remark(1, "as somebody would like it").await;
    let unseen = forked.seal().await;
    let (other, _) = forked.closed().await;

    assert_eq!(asked(folder.path(), &url, Vec::new()).await.findings, []);
    let report = asked(other.path(), &url, Vec::new()).await;
    let first = report.first().unwrap();
    assert_eq!((first.kind, first.until), (Kind::Rewritten, Some(13)), "{report:#?}");

    // Two readers who compare what they were shown find it as well, with no store at all between them.
    let shown = Brought { from: "the other reader".to_owned(), signed: unseen };
    let report = asked(folder.path(), &url, vec![shown]).await;
    assert!(report.findings.iter().any(|finding| finding.said.contains("two histories")), "{report:#?}");

    // The witness does not sign the second history.
    let place = Place::files(other.path());
    let mut forked = Stage::open(other, place, KEY, out).await;
    forked.remark(1, "once more").await;
    assert!(forked.seal().await.cosignatures().is_empty());
    forked.closed().await;
}

#[tokio::test]
async fn a_checkpoint_of_another_ledger_never_verifies() {
    let mut stage = Stage::on_files().await;
    stage.lives(3, 3).await;
    let mut another = Stage::on_files().await;
    another.lives(3, 3).await;
    let foreign = another.log().kept_checkpoint(3).await.unwrap().unwrap();
    let foreign = SignedCheckpoint::parse(&foreign.note).unwrap();
    let mut auditor = stage.auditor().await;
    auditor.brings("another ledger", foreign.clone());
    let report = auditor.verifies().await;
    let first = report.first().unwrap();
    assert_eq!((first.kind, first.checkpoint), (Kind::CheckpointAltered, Some(3)), "{report:#?}");
    auditor.close().await;

    let (folder, place) = stage.closed().await;
    let mut ledger = open(&folder.path().join("ledger.db")).await;
    free(&mut ledger).await;
    let put = sqlx::query("UPDATE kept_checkpoints SET note = ? WHERE number = 3").bind(foreign.note());
    put.execute(&mut ledger).await.unwrap();
    ledger.close().await.unwrap();
    let auditor = Auditor::of(folder.path(), &place, KEY).await;
    let report = auditor.verifies().await;
    assert_eq!(
        report.first().map(|first| (first.kind, first.checkpoint)),
        Some((Kind::CheckpointAltered, Some(3)))
    );
    // Nor does one to begin at.
    let since = Options { since: Some(foreign), ..Options::default() };
    assert!(!auditor.verifies_with(&since).await.fits);
    auditor.close().await;
}

#[tokio::test]
async fn a_store_that_says_it_is_another_ledger_does_not_fit() {
    let mut stage = Stage::on_files().await;
    stage.lives(3, 2).await;
    let (folder, place) = stage.closed().await;
    let mut ledger = open(&folder.path().join("ledger.db")).await;
    free(&mut ledger).await;
    let statement = format!("UPDATE identity SET ledger = '{}'", uuid::Uuid::from_u128(5));
    sqlx::query(&statement).execute(&mut ledger).await.unwrap();
    ledger.close().await.unwrap();
    let auditor = Auditor::of(folder.path(), &place, KEY).await;
    let report = auditor.verifies().await;
    assert_eq!(report.first().map(|first| first.kind), Some(Kind::CheckpointAltered));
    assert!(!report.fits);
    auditor.close().await;
}

#[tokio::test]
async fn another_key_than_the_ledgers_verifies_nothing() {
    let mut stage = Stage::on_files().await;
    stage.lives(3, 2).await;
    let mut auditor = stage.auditor().await;
    auditor.sources.trust.keys = vec![public_key(8)];
    let report = auditor.verifies().await;
    assert_eq!(report.first().map(|first| first.kind), Some(Kind::CheckpointAltered));
    assert!(!report.fits && !report.is_signed);
    auditor.sources.trust.keys.clear();
    let report = auditor.verifies().await;
    assert!(report.fits && !report.is_signed, "it fits itself, and nobody signed for it");
    auditor.close().await;
}
