//! The verifier in Python (`tests/evidence`), which knows only `docs/evidence.md`, comes to the same verdicts.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use baohan_seal::evidence::verify;

use crate::specimen::{Specimen, key};

/// Each costs the verifier in Python some milliseconds, a few of them tens.
const BENT: &str = "400";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn python() -> String {
    let prepared = Command::new(root().join("deploy/prepare-verifier")).output().unwrap();
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
    String::from_utf8(prepared.stdout).unwrap().trim().to_owned()
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let program = root().join("tests/evidence").join(program);
    Command::new(python()).arg("-B").arg(program).args(arguments).output().unwrap()
}

/// What the verifier in Python says: its verdict, or why it refuses.
pub fn said(bytes: &[u8], arguments: &[&str]) -> Result<serde_json::Value, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.json");
    std::fs::write(&file, bytes).unwrap();
    let output = run("verify.py", &[arguments, &[file.to_str().unwrap()]].concat());
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        let why = String::from_utf8(output.stderr).unwrap();
        assert!(why.starts_with("refused: "), "{why}");
        Err(why)
    }
}

#[test]
fn the_verifier_in_python_takes_what_ours_takes() {
    let specimen = Specimen::new();
    let verdict = verify(&specimen.bytes, &specimen.trust()).unwrap();
    let first_key = specimen.first_key.to_hex();
    let witness =
        |at: usize| format!("{}={}", specimen.witnesses[at].name, specimen.witnesses[at].public_key);
    let (one, two) = (witness(0), witness(1));
    let arguments = ["--ledger-key", &first_key, "--witness", &one, "--witness", &two, "--at-least", "2"];
    for bytes in [specimen.bytes.clone(), serde_json::to_vec(&specimen.evidence).unwrap()] {
        let said = said(&bytes, &arguments).unwrap();
        assert_eq!(said["guarantee"], verdict.guarantee.to_string());
        assert_eq!(said["records"], verdict.records);
        assert_eq!(said["checkpoint"], verdict.checkpoint);
        assert_eq!(said["trusted_witnesses"], 2);
    }
}

#[test]
fn the_verifier_in_python_refuses_other_keys_and_missing_witnesses() {
    let specimen = Specimen::new();
    let other = key(5).public_key().to_hex();
    assert!(said(&specimen.bytes, &["--ledger-key", &other]).unwrap_err().contains("trusted"));
    let one = format!("{}={other}", specimen.witnesses[0].name);
    assert!(
        said(&specimen.bytes, &["--witness", &one, "--at-least", "1"]).unwrap_err().contains("witnesses")
    );
}

#[test]
fn the_verifier_in_python_refuses_what_was_bent() {
    let specimen = Specimen::new();
    let mut evidence = specimen.evidence.clone();
    evidence.records[2].payload = evidence.records[2].payload.replace('3', "4");
    let why = said(&evidence.to_bytes().unwrap(), &[]).unwrap_err();
    assert!(why.contains("record 3"), "{why}");
    let mut evidence = specimen.evidence.clone();
    evidence.documents.clear();
    assert!(said(&evidence.to_bytes().unwrap(), &[]).unwrap_err().contains("documents"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.json");
    std::fs::write(&file, &specimen.bytes).unwrap();
    let output = run("bend.py", &[file.to_str().unwrap(), BENT, "baohan"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), format!("{BENT} refused"));
}
