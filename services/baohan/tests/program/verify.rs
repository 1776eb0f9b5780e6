//! `baohan verify` as an auditor has it: what it says, and the exit code.

use std::path::Path;
use std::sync::Arc;

use baohan_log::{Append, Log, NewEvent, Options};
use baohan_projections::Projections;
use baohan_seal::{Checkpoint, SignedCheckpoint, Signer, SigningKey};
use chrono::DateTime;
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use uuid::Uuid;

use crate::ledger::{complained, printed, run};

const KEY: [u8; 32] = [3; 32];

fn signer() -> Signer {
    SigningKey::from_bytes(&KEY).unwrap().into()
}

/// A store of three records, sealed, with one signed checkpoint.
async fn sealed(folder: &Path) -> String {
    let url = format!("sqlite:{}", folder.join("ledger.db").display());
    let log = Log::open(&Options::new(&url, Arc::new(|| DateTime::UNIX_EPOCH))).await.unwrap();
    for number in 1..=3 {
        let event = NewEvent {
            id: Uuid::from_u128(number),
            event_type: "Annotated".to_owned(),
            event_version: "1.0".to_owned(),
            payload: format!("{{\"type\":\"Annotated\",\"text\":\"remark {number}\"}}"),
            metadata: "{}".to_owned(),
        };
        let append = Append {
            aggregate_id: Uuid::from_u128(100 + number),
            expected_sequence: 0,
            events: vec![event],
            journal: None,
            key: None,
            guarantee_no: None,
            idempotency: None,
        };
        log.append(append).await.unwrap();
    }
    let options = baohan_projections::Options::beside(&url);
    let projections = Projections::open(log.clone(), options).await.unwrap();
    let mut runner = projections.runner().await.unwrap();
    runner.catch_up().await.unwrap();
    let checkpoint = Checkpoint {
        ledger: log.ledger(),
        number: 1,
        time: DateTime::UNIX_EPOCH,
        shards: projections.sealed_roots().await.unwrap(),
        previous: None,
        introduces: None,
    };
    assert_eq!(checkpoint.shards[0].size, 3);
    let signed = SignedCheckpoint::sign(&checkpoint, &signer()).unwrap();
    assert!(log.keep_checkpoint(1, &signed.note()).await.unwrap());
    drop(runner);
    projections.close().await;
    log.close().await;
    url
}

fn verify(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = run(folder, &[&["verify"], arguments].concat());
    (output.status.code(), printed(&output), complained(&output))
}

#[tokio::test]
async fn the_exit_code_tells_what_fits_what_does_not_and_what_was_not_verified() {
    let folder = tempfile::tempdir().unwrap();
    let url = sealed(folder.path()).await;
    let key = signer().public_key().to_hex();
    let whole = ["--store", url.as_str(), "--key", key.as_str(), "--log-alone"];
    let (code, said, complained) = verify(folder.path(), &whole);
    assert_eq!(code, Some(0), "{said}{complained}");
    assert!(said.contains("3 records, signed up to 3"), "{said}");

    let (code, said, _) = verify(folder.path(), &whole[..2]);
    assert_eq!(code, Some(2), "no key was given: {said}");

    let mut intruder =
        SqliteConnection::connect(&format!("sqlite:{}", folder.path().join("ledger.db").display()))
            .await
            .unwrap();
    for statement in [
        "DROP TRIGGER events_stay",
        "UPDATE events SET payload = replace(payload, '2', '9') WHERE position = 2",
    ] {
        sqlx::query(statement).execute(&mut intruder).await.unwrap();
    }
    intruder.close().await.unwrap();
    let (code, said, _) = verify(folder.path(), &whole);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("IT DOES NOT FIT. The first is altered: shard 0, position 2."), "{said}");
    let (code, said, _) = verify(folder.path(), &[&whole[..], &["--json"]].concat());
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, Some(1));
    assert_eq!(
        (&report["fits"], &report["findings"][0]["kind"]),
        (&Value::from(false), &Value::from("altered"))
    );
    assert_eq!(
        (&report["findings"][0]["position"], &report["findings"][0]["fields"][0]),
        (&Value::from(2), &Value::from("payload"))
    );
}

#[test]
fn what_is_not_there_is_not_verified() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["--evidence", "nowhere.json"][..],
        &["--store", "sqlite:nowhere.db"],
        &["--config", "nowhere.toml"],
        &["--store", "sqlite:nowhere.db", "--key", "nowhere.pem", "--json"],
    ] {
        let (code, said, complained) = verify(folder.path(), arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}{complained}");
    }
}

#[test]
fn a_file_that_is_no_evidence_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bent.json"), "{\"format\":\"baohan.evidence/1\"}").unwrap();
    let (code, said, _) = verify(folder.path(), &["--evidence", "bent.json"]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("It proves nothing"), "{said}");
}
