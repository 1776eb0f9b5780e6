use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use baohan_ledger::{Clock, SystemClock};
use baohan_log::Log;
use baohan_seal::{PublicKey, SignedCheckpoint};
use baohan_sealer::WitnessAt;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use crate::config::{Config, Seal};
use crate::roles::open_log;
use crate::signing_key::{self, KeyPlace, Obtained, SigningKeyError};

use super::Finding;

/// A witness that needs longer than this would hold co-signatures up.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
/// What the findings of the key are about.
const KEY: &str = "sealing key";

/// What a witness says of itself.
#[derive(Deserialize)]
struct Said {
    name: String,
    public_key: PublicKey,
    ledgers: Vec<Uuid>,
}

/// The key, whether it is the one that the store's checkpoints go on with, the folder, and each witness. `store_is_new` says that a key would
/// be made. Nothing is signed.
pub async fn examine(config: &Config, store_is_new: bool) -> Vec<Finding> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let log = if store_is_new { None } else { open_log(config, &clock, true).await.ok() };
    let newest = match &log {
        None => None,
        Some(log) => log.newest_checkpoint().await.ok().flatten(),
    };
    let newest = newest.and_then(|kept| SignedCheckpoint::parse(&kept.note).ok());
    let first = match &log {
        None => None,
        Some(log) => log.kept_checkpoint(1).await.ok().flatten(),
    };
    let first = first.and_then(|kept| SignedCheckpoint::parse(&kept.note).ok());
    let ledger = log.as_ref().map(Log::ledger);
    let mut findings = vec![key(&config.seal, newest.as_ref())];
    findings.extend(first_key(&config.seal, ledger, first.as_ref()));
    findings.extend(config.seal.folder.as_deref().map(folder));
    findings.extend(witnesses(&config.seal.witnesses, ledger).await);
    if let Some(log) = log {
        log.close().await;
    }
    findings
}

fn key(seal: &Seal, newest: Option<&SignedCheckpoint>) -> Finding {
    let signer = match signing_key::obtain(&seal.key, false) {
        Ok(Obtained { signer, .. }) => signer,
        Err(SigningKeyError::Lost(file)) if newest.is_none() => {
            return Finding::well(KEY, format!("{} is made on the first start", file.display()));
        }
        Err(error) => return Finding::broken(KEY, format!("{:#}", anyhow::Error::from(error))),
    };
    let own = signer.public_key();
    let place = match &seal.key {
        KeyPlace::File(file) => file.display().to_string(),
        KeyPlace::Environment(_) => "the environment".to_owned(),
        KeyPlace::Token(_) => "the token".to_owned(),
    };
    let told = format!("{place} holds the key {}", own.id());
    let Some(newest) = newest else { return Finding::well(KEY, told) };
    let (number, follows) = (newest.checkpoint().number, |key: &PublicKey| signs_behind(newest, key));
    let previous = seal.previous.as_ref().and_then(|text| signing_key::from_text(text.expose()).ok());
    if follows(own) {
        Finding::well(KEY, format!("{told}; checkpoint {number} is the newest"))
    } else if previous.is_some_and(|previous| follows(previous.public_key())) {
        Finding::well(KEY, format!("{told}; the next checkpoint, {}, introduces it", number + 1))
    } else {
        Finding::broken(KEY, format!("{told}, which does not go on behind checkpoint {number}"))
    }
}

/// What a witness is to be told: the ledger and the key that it began with, if it is known here.
fn first_key(seal: &Seal, ledger: Option<Uuid>, first: Option<&SignedCheckpoint>) -> Option<Finding> {
    const SUBJECT: &str = "for witnesses";
    let (ledger, first) = (ledger?, first?);
    let own = signing_key::obtain(&seal.key, false).ok().map(|obtained| obtained.signer.public_key().clone());
    let previous = seal.previous.as_ref().and_then(|text| signing_key::from_text(text.expose()).ok());
    let previous = previous.map(|previous| previous.public_key().clone());
    let mut known = seal.public_keys.iter().cloned().chain(previous).chain(own);
    Some(match known.find(|key| first.verify(key).is_ok()) {
        Some(key) => Finding::well(SUBJECT, format!("ledger = \"{ledger}\", public_key = \"{key}\"")),
        None => Finding::warning(
            SUBJECT,
            format!(
                "the ledger {ledger} began with a key that is not among public_keys: evidence and new witnesses need it"
            ),
        ),
    })
}

/// Whether the checkpoint behind this one is signed with the key.
fn signs_behind(newest: &SignedCheckpoint, key: &PublicKey) -> bool {
    match &newest.checkpoint().introduces {
        Some(introduced) => introduced == key,
        None => newest.verify(key).is_ok(),
    }
}

/// Whether a file can be made in the folder. It is removed again, where the storage lets it go.
fn folder(folder: &Path) -> Finding {
    const SUBJECT: &str = "checkpoint folder";
    if !folder.is_dir() {
        return Finding::warning(
            SUBJECT,
            format!("{} is not there; it is made when it is needed", folder.display()),
        );
    }
    let probe = folder.join(format!(".doctor-{:08x}", rand::random::<u32>()));
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&probe);
    match made.and_then(|mut file| file.write_all(b"doctor\n").and_then(|()| file.sync_all())) {
        Err(error) => Finding::broken(SUBJECT, format!("{}: {error}", folder.display())),
        Ok(()) => match std::fs::remove_file(&probe) {
            Ok(()) => {
                Finding::well(SUBJECT, format!("{} takes files, and lets them be removed", folder.display()))
            }
            Err(_) => Finding::well(SUBJECT, format!("{} takes files, and keeps them", folder.display())),
        },
    }
}

async fn witnesses(witnesses: &[WitnessAt], ledger: Option<Uuid>) -> Vec<Finding> {
    let client = match Client::builder().timeout(ANSWER_TIME_MAX).build() {
        Ok(client) => client,
        Err(error) => return vec![Finding::broken("witnesses", format!("no HTTP client: {error}"))],
    };
    let asked = witnesses.iter().map(|witness| one(&client, witness, ledger));
    futures::future::join_all(asked).await
}

async fn one(client: &Client, witness: &WitnessAt, ledger: Option<Uuid>) -> Finding {
    let subject = format!("witness {}", witness.name);
    let answer = client.get(format!("{}/api/v1/witness", witness.url)).send().await;
    let response = match answer {
        Ok(response) => response,
        Err(error) => {
            return Finding::broken(
                subject,
                format!("{} was not reached: {}", witness.url, error.without_url()),
            );
        }
    };
    let status = response.status();
    let said = match response.text().await {
        Ok(text) if status == StatusCode::OK => serde_json::from_str::<Said>(&text).ok(),
        _ => None,
    };
    let Some(said) = said else {
        return Finding::broken(
            subject,
            format!("{} is no witness: status {}", witness.url, status.as_u16()),
        );
    };
    if said.public_key != witness.public_key || said.name != witness.name {
        let told = format!("{} is {} with the key {}", witness.url, said.name, said.public_key.id());
        return Finding::broken(subject, format!("{told}, and not the one that is configured"));
    }
    match ledger {
        Some(ledger) if !said.ledgers.contains(&ledger) => Finding::broken(
            subject,
            format!("{} does not watch the ledger {ledger}: tell it the id and the key", witness.url),
        ),
        Some(_) => Finding::well(subject, format!("{} watches this ledger", witness.url)),
        None => Finding::well(subject, format!("{} answers", witness.url)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    #[test]
    fn a_folder_that_takes_no_files_is_told() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(folder(place.path()).health, Health::Well);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
        assert_eq!(folder(&place.path().join("not there")).health, Health::Warning);
        assert_eq!(folder(Path::new("/proc")).health, Health::Broken);
    }

    #[tokio::test]
    async fn a_witness_that_is_not_there_is_told() {
        // As the program does when it starts.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = signing_key::from_text(&"07".repeat(32)).unwrap();
        let witness = WitnessAt {
            name: "one".to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
            public_key: key.public_key().clone(),
        };
        let found = witnesses(&[witness], None).await;
        assert_eq!(found[0].health, Health::Broken);
        assert!(found[0].text.contains("not reached"), "{}", found[0].text);
    }
}
