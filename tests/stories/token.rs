//! A ledger whose signing key lies in a PKCS #11 token, put there as docs/operations.md says.

use std::path::Path;
use std::process::Command;

use baohan_seal::{PublicKey, SignedCheckpoint};
use serde_json::json;

use crate::world::Ledger;

/// Debian's package puts it there.
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "482913";

/// Runs a command beside the token.
fn done(folder: &Path, line: &str) {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    command.args(words).current_dir(folder).env("SOFTHSM2_CONF", folder.join("softhsm2.conf"));
    let output = command.output().unwrap_or_else(|error| panic!("{line}: {error}"));
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A token with a key in it, of which the public half is left.
fn token(folder: &Path) -> PublicKey {
    std::fs::create_dir(folder.join("tokens")).unwrap();
    let conf = format!("directories.tokendir = {}\n", folder.join("tokens").display());
    std::fs::write(folder.join("softhsm2.conf"), conf).unwrap();
    done(folder, &format!("softhsm2-util --init-token --free --label ledger --so-pin 9046217 --pin {PIN}"));
    done(folder, "openssl genpkey -algorithm SM2 -out seal.pem");
    done(folder, "openssl pkey -in seal.pem -pubout -out public.pem");
    done(
        folder,
        &format!(
            "pkcs11-tool --module {MODULE} --token-label ledger --login --pin {PIN} --write-object seal.pem --type data --label seal --private"
        ),
    );
    std::fs::remove_file(folder.join("seal.pem")).unwrap();
    PublicKey::from_pem(&std::fs::read_to_string(folder.join("public.pem")).unwrap()).unwrap()
}

#[tokio::test]
async fn checkpoints_are_signed_by_the_key_in_the_token_and_no_key_lies_in_a_file() {
    let beside = tempfile::tempdir().unwrap();
    let key = token(beside.path());
    let conf = format!("SOFTHSM2_CONF={}", beside.path().join("softhsm2.conf").display());
    let pin = format!("BAOHAN_STORY_PIN={PIN}");
    let section = format!(
        "[seal.token]\nmodule = \"{MODULE}\"\ntoken = \"ledger\"\nkey = \"seal\"\npin_env = \"BAOHAN_STORY_PIN\"\n"
    );
    let ledger = Ledger::start_by(&["env", &conf, &pin], "http://127.0.0.1:9", &section).await;
    let (status, checkpoint) = ledger.office().post("/api/v1/audit/checkpoints", json!({})).await;
    assert_eq!(status, 200, "{checkpoint}");
    let signed = SignedCheckpoint::parse(checkpoint["note"].as_str().unwrap()).unwrap();
    signed.verify(&key).unwrap();
    assert!(!ledger.folder.path().join("seal.key").exists());
    assert!(!ledger.log().contains(PIN), "{}", ledger.log());
}
