//! An auditor who trusts neither the database's administrator nor the program that runs on it.

use std::path::Path;
use std::process::Command;

use baohan_seal::{Hash, PublicKey, SignedCheckpoint, hash_from_hex, verify_consistency, verify_inclusion};
use serde_json::{Value, json};

use crate::claimed::claimed;
use crate::world::Ledger;
use crate::world::process::run;

/// Bytes that are bent, one at a time, spread over the file.
const BENT: usize = 12;

/// `baohan verify` of a file in a folder in which there is no ledger.
fn verify(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let output = run(&[&["verify", "--evidence", "evidence.json"], words].concat(), folder);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn hash(value: &Value) -> Hash {
    hash_from_hex(value.as_str().unwrap()).unwrap()
}

fn path(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

/// What the verifier in Python says of a file, which shares nothing with ours.
fn independently(file: &Path, key: &str) -> (Option<i32>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let prepared = Command::new(root.join("deploy/prepare-verifier")).output().unwrap();
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
    let python = String::from_utf8(prepared.stdout).unwrap();
    let mut verifying = Command::new(python.trim());
    verifying.arg("-B").arg(root.join("tests/evidence/verify.py")).args(["--ledger-key", key]).arg(file);
    let output = verifying.output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test]
async fn the_evidence_is_verified_elsewhere_without_the_ledger_and_no_bent_byte_is_accepted() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let id = claimed(&ledger).await;
    let (status, file) = ledger.office().bytes(&format!("/api/v1/guarantees/{id}/evidence")).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&file));
    let (status, page) = ledger.office().bytes(&format!("/api/v1/guarantees/{id}/evidence?format=pdf")).await;
    assert!(status == 200 && page.starts_with(b"%PDF-"), "{status}");
    ledger.stop().await;

    let elsewhere = tempfile::tempdir().unwrap();
    let place = elsewhere.path().join("evidence.json");
    std::fs::write(&place, &file).unwrap();
    let evidence: Value = serde_json::from_slice(&file).unwrap();
    let key = evidence["keys"]["ledger"][0].as_str().unwrap();
    let (code, said) = verify(elsewhere.path(), &["--key", key]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&id), "{said}");
    let (code, said) = independently(&place, key);
    assert!(code == Some(0) && said.contains(&id), "{said}");
    let other = format!(
        "04{}",
        "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
    );
    let (code, said) = verify(elsewhere.path(), &["--key", &other]);
    assert_eq!(code, Some(1), "another ledger's key: {said}");

    for bent in 0..BENT {
        let mut bytes = file.clone();
        let at = (file.len() - 2) / BENT * bent + bent;
        bytes[at] ^= 1;
        std::fs::write(&place, &bytes).unwrap();
        let (code, said) = verify(elsewhere.path(), &["--key", key]);
        assert_eq!(code, Some(1), "byte {at} was bent: {said}");
        let (code, said) = independently(&place, key);
        assert_eq!(code, Some(1), "byte {at} was bent: {said}");
        assert!(said.starts_with("refused: "), "{said}");
    }
}

#[tokio::test]
async fn every_events_proof_and_the_consistency_of_checkpoints_are_checked_by_the_auditor_himself() {
    // Nobody waits an hour: a checkpoint is made when somebody asks for it, or for a proof.
    let ledger = Ledger::start("http://127.0.0.1:9", "[seal]\nevery_seconds = 3600").await;
    let (office, first) = (ledger.office(), claimed(&ledger).await);
    let (status, earlier) = office.post("/api/v1/audit/checkpoints", json!({})).await;
    assert_eq!(status, 200, "{earlier}");
    let remark = json!({ "text": "年度审计抽查" });
    let (status, _) = office.post(&format!("/api/v1/guarantees/{first}/annotations"), remark).await;
    assert_eq!(status, 200);
    let (status, later) = office.post("/api/v1/audit/checkpoints", json!({})).await;
    assert_eq!(status, 200, "{later}");
    let events = office.events().await;
    assert!(
        later["shards"][0]["size"].as_u64() >= Some(events.len() as u64),
        "it speaks of all that was there"
    );

    let (_, file) = office.bytes(&format!("/api/v1/guarantees/{first}/evidence")).await;
    let evidence: Value = serde_json::from_slice(&file).unwrap();
    let key = PublicKey::from_hex(evidence["keys"]["ledger"][0].as_str().unwrap()).unwrap();
    for event in &events {
        let id = event["id"].as_str().unwrap();
        let (status, proof) = office.get(&format!("/api/v1/audit/proof/{id}")).await;
        assert_eq!(status, 200, "{proof}");
        let signed = SignedCheckpoint::parse(proof["checkpoint"].as_str().unwrap()).unwrap();
        assert!(signed.verify(&key).is_ok());
        let tree = signed.checkpoint().shards[0];
        let index = event["position"].as_u64().unwrap() - 1;
        let (leaf, hashes) = (hash(&proof["leaf"]), path(&proof["path"]));
        assert!(verify_inclusion(&leaf, index, tree.size, &hashes, &tree.root).is_ok(), "{proof}");
    }
    let (from, to) = (earlier["number"].as_u64().unwrap(), later["number"].as_u64().unwrap());
    assert!(from < to);
    let (status, proof) = office.get(&format!("/api/v1/audit/consistency?from={from}&to={to}")).await;
    assert_eq!(status, 200, "{proof}");
    let tree =
        |name: &str| SignedCheckpoint::parse(proof[name].as_str().unwrap()).unwrap().checkpoint().shards[0];
    let (old, new) = (tree("from"), tree("to"));
    let hashes = path(&proof["shards"][0]["path"]);
    assert!(verify_consistency(old.size, &old.root, new.size, &new.root, &hashes).is_ok());
    assert!(verify_consistency(old.size, &old.root, new.size, &old.root, &hashes).is_err(), "another root");
    let (status, listed) = office.get("/api/v1/audit/checkpoints?limit=1").await;
    assert_eq!(status, 200);
    assert!(listed["items"][0]["number"].as_u64() >= Some(to), "the newest first");
}

#[tokio::test]
async fn after_an_erasure_the_store_and_the_evidence_still_verify() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let id = claimed(&ledger).await;
    let path = format!("/api/v1/guarantees/{id}/evidence");
    let (_, before) = ledger.office().bytes(&path).await;
    ledger.stop().await;
    let erased = run(&["erase", &id, "--config", "baohan.toml"], ledger.folder.path());
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    let whole = run(&["verify", "--config", "baohan.toml"], ledger.folder.path());
    assert_eq!(whole.status.code(), Some(0), "{}", String::from_utf8_lossy(&whole.stdout));
    ledger.start_again().await;
    let (status, after) = ledger.office().bytes(&path).await;
    assert_eq!(status, 200);
    let elsewhere = tempfile::tempdir().unwrap();
    let evidence: Value = serde_json::from_slice(&before).unwrap();
    let key = evidence["keys"]["ledger"][0].as_str().unwrap();
    for file in [before, after] {
        std::fs::write(elsewhere.path().join("evidence.json"), &file).unwrap();
        let (code, said) = verify(elsewhere.path(), &["--key", key]);
        assert_eq!(code, Some(0), "{said}");
    }
}
