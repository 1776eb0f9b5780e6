use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use baohan_log::Log;
use baohan_proof::Trust;
use baohan_seal::PublicKey;
use baohan_sealer::{Error, Sealer};

use super::{Role, Running};
use crate::config::Config;
use crate::signing_key::{self, Obtained, SigningKeyError};

/// What this process has of the seal.
#[derive(Clone, Default)]
pub struct Sealing {
    /// Makes checkpoints, where this process does.
    pub sealer: Option<Sealer>,
    /// Why it cannot.
    pub trouble: Option<String>,
    /// By what checkpoints are measured here.
    pub trust: Trust,
}

/// Starts to seal, where this process is a worker; otherwise finds out by which keys checkpoints are measured.
pub async fn start(running: &Running) -> anyhow::Result<Sealing> {
    let foundation = &running.foundation;
    let config = &foundation.config;
    let log = foundation.ledger.log();
    if !running.roles.contains(&Role::Worker) {
        let own = signing_key::obtain(&config.seal.key, false).ok();
        let own = own.map(|obtained| obtained.signer.public_key().clone());
        return Ok(Sealing { trust: trust(config, own), ..Sealing::default() });
    }
    let Obtained { signer, made } = match key_of(config, log).await? {
        Ok(obtained) => obtained,
        Err(lost) => {
            let (code, told) = (lost.code(), lost.to_string());
            tracing::error!(code, "nothing is sealed: {told}");
            metrics::gauge!("baohan_seal_stopped").set(1.0);
            return Ok(Sealing { sealer: None, trouble: Some(told), trust: trust(config, None) });
        }
    };
    let own = signer.public_key().clone();
    let previous = config.seal.previous.as_ref().map(|text| signing_key::from_text(text.expose()));
    let previous = previous.transpose().context("[seal] previous_key")?;
    let sealer = Sealer::new(
        log.clone(),
        foundation.projections.clone(),
        Arc::clone(&foundation.clock),
        Arc::new(signer),
        previous.map(Into::into),
        config.seal.outlets(config.kafka.as_ref()),
        config.seal.every,
    );
    if let Some(file) = made {
        claim(&sealer, &file).await;
    }
    running.works.spawn(sealer.clone().run(running.finish.clone()));
    Ok(Sealing { sealer: Some(sealer), trouble: None, trust: trust(config, Some(own)) })
}

/// The key that signs. One is made while nothing was ever signed; one that is gone stops the seal, and not the ledger.
async fn key_of(config: &Config, log: &Log) -> anyhow::Result<Result<Obtained, SigningKeyError>> {
    let may_be_made = log.newest_checkpoint().await?.is_none();
    match signing_key::obtain(&config.seal.key, may_be_made) {
        Ok(obtained) => {
            if let Some(file) = &obtained.made {
                told_of_new_key(log, file, obtained.signer.public_key()).await?;
            }
            Ok(Ok(obtained))
        }
        Err(lost @ SigningKeyError::Lost(_)) => Ok(Err(lost)),
        Err(other) => Err(anyhow::Error::from(other).context("[seal]")),
    }
}

async fn told_of_new_key(log: &Log, file: &Path, key: &PublicKey) -> anyhow::Result<()> {
    let (file, key_id) = (file.display(), key.id());
    let events: u64 = log.heads().await?.iter().sum();
    if events == 0 {
        tracing::warn!(%file, key_id, "a new sealing key was made: back it up, apart from the store");
    } else {
        tracing::warn!(
            %file,
            key_id,
            events,
            "this store had no sealing key, and {file} was made: back it up, apart from the store. Its {events} events are sealed as they are now: \
             what was altered before, no checkpoint shows"
        );
    }
    Ok(())
}

/// The first checkpoint says whose key the store's is. Of several processes that made one each, the first one's is; the others take theirs
/// back.
async fn claim(sealer: &Sealer, file: &Path) {
    if let Err(Error::OtherKey { .. }) = sealer.checkpoint().await {
        signing_key::take_back(file);
    }
}

fn trust(config: &Config, own: Option<PublicKey>) -> Trust {
    let mut keys = config.seal.public_keys.clone();
    let previous = config.seal.previous.as_ref().and_then(|text| signing_key::from_text(text.expose()).ok());
    for key in previous.map(|key| key.public_key().clone()).into_iter().chain(own) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Trust { keys, policy: config.seal.outlets(None).policy(), ..Trust::default() }
}
