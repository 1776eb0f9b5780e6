//! Where a store, and all that belongs to it, is found.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use baohan_documents::Documents;
use baohan_ledger::{Clock, Error as LedgerError, Ledger, OpenError, SystemClock, prove};
use baohan_log::{AuditedCall, JournalEntry, Log};
use baohan_projections::Projections;
use baohan_proof::{Body, Brought, OpenBody, Sources, Trust};
use baohan_seal::{Policy, PublicKey};
use reqwest::Client;

use super::brought::{WitnessNamed, key};
use crate::config::Config;
use crate::roles::{open_log, projection_options, settings};
use crate::{master_key, signing_key};

/// What is to be verified.
pub enum Opened {
    /// As a configuration says.
    Configured(Box<Config>),
    /// A store and its projections, and nothing else.
    Urls { store: String, projections: baohan_projections::Options },
}

impl Opened {
    pub fn of_a_configuration(config: Config) -> Self {
        Self::Configured(Box::new(config))
    }

    pub fn of_a_url(store: &str, projections: Option<&str>) -> Self {
        let projections = match projections {
            Some(url) => baohan_projections::Options::at(url),
            None => baohan_projections::Options::beside(store),
        };
        let projections = baohan_projections::Options { read_only: true, ..projections };
        Self::Urls { store: store.to_owned(), projections }
    }

    /// How the place reads, without what is secret of it.
    pub fn place(&self) -> String {
        match self {
            Self::Configured(config) => config.store.url.to_string(),
            Self::Urls { store, .. } => match store.split_once("://") {
                Some((kind, rest)) => format!("{kind}://{}", rest.rsplit('@').next().unwrap_or(rest)),
                None => store.clone(),
            },
        }
    }

    /// Opens all of it for reading alone, and gathers what is believed. Beside it comes what a reader of the report should know.
    pub async fn sources(
        &self,
        keys: &[String],
        witnesses: &[WitnessNamed],
        checkpoints: &[PathBuf],
    ) -> anyhow::Result<(Sources, Vec<String>)> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut remarks = Vec::new();
        let (log, projections, documents, open_body) = match self {
            Self::Configured(config) => {
                let log = open_log(config, &clock, true).await?;
                let projections = projection_options(config, true);
                let documents = Documents::open(settings(config)).context("[documents] cannot be opened")?;
                let open_body = opener(config, &log, &clock, &mut remarks).await;
                (log, projections, Some(documents), open_body)
            }
            Self::Urls { store, projections } => {
                let now = Arc::clone(&clock);
                let options = baohan_log::Options::new(store, Arc::new(move || now.now()));
                let log = Log::open(&options.read_only()).await.context("the store cannot be opened")?;
                (log, projections.clone(), None, None)
            }
        };
        let projections =
            Projections::open(log.clone(), projections).await.context("the projections cannot be opened")?;
        let mut trust = Trust::default();
        for text in keys {
            trust.keys.push(key(text)?);
        }
        self.trust(&mut trust);
        let named: Vec<_> = witnesses
            .iter()
            .filter_map(|witness| match witness {
                WitnessNamed::Key(key) => Some(key.clone()),
                WitnessNamed::Url(_) => None,
            })
            .collect();
        if !named.is_empty() {
            trust.policy = Policy { at_least: named.len(), of: named };
        }
        for path in checkpoints {
            trust.brought.extend(Brought::from_path(path)?);
        }
        self.remembered(&log, witnesses, &mut trust, &mut remarks).await?;
        let projections = Some(projections);
        Ok((Sources { log, projections, documents, open_body, trust }, remarks))
    }

    /// The keys that a configuration has, where none was given.
    fn trust(&self, trust: &mut Trust) {
        let Self::Configured(config) = self else { return };
        trust.policy = config.seal.outlets(None).policy();
        if !trust.keys.is_empty() {
            return;
        }
        trust.keys.clone_from(&config.seal.public_keys);
        let previous =
            config.seal.previous.as_ref().and_then(|text| signing_key::from_text(text.expose()).ok());
        let own = signing_key::obtain(&config.seal.key, false).ok();
        let own = own.map(|obtained| obtained.signer.public_key().clone());
        let more: Vec<PublicKey> =
            previous.map(|key| key.public_key().clone()).into_iter().chain(own).collect();
        trust.keys.extend(more);
    }

    /// What is kept outside of the store: in the folder for write-once storage, and by witnesses. Those that were named must answer; of those that
    /// only the configuration names, the one that is away is told.
    async fn remembered(
        &self,
        log: &Log,
        witnesses: &[WitnessNamed],
        trust: &mut Trust,
        remarks: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        // A second installation says that there is one, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let mut asked = Vec::new();
        for witness in witnesses {
            let WitnessNamed::Url(url) = witness else { continue };
            trust.brought.extend(Brought::from_witness(&client, url, log.ledger()).await?);
            asked.push(url.trim_end_matches('/'));
        }
        let Self::Configured(config) = self else { return Ok(()) };
        for witness in config.seal.witnesses.iter().filter(|witness| !asked.contains(&witness.url.as_str())) {
            match Brought::from_witness(&client, &witness.url, log.ledger()).await {
                Ok(remembered) => trust.brought.extend(remembered),
                Err(error) => {
                    remarks.push(format!("{error}: what {} remembers is not compared", witness.name));
                }
            }
        }
        if let Some(folder) = &config.seal.folder {
            let folder = folder.join(log.ledger().to_string());
            match Brought::from_path(&folder) {
                Ok(kept) => trust.brought.extend(kept),
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    remarks.push(format!("{error:#}: the folder of checkpoints is not compared"));
                }
            }
        }
        Ok(())
    }
}

/// What opens the messages of the journal, if the master key is here.
async fn opener(
    config: &Config,
    log: &Log,
    clock: &Arc<dyn Clock>,
    remarks: &mut Vec<String>,
) -> Option<OpenBody> {
    let key = match master_key::obtain(&config.keys, false) {
        Ok(obtained) => obtained.key,
        Err(error) => {
            remarks.push(format!("{error}: the messages of the journal are not opened"));
            return None;
        }
    };
    if let Err(error) = prove(log, &key, clock.now()).await {
        remarks.push(format!("{error}: the messages of the journal are not opened"));
        return None;
    }
    let ledger = Ledger::new(log.clone(), key, Arc::clone(clock));
    Some(Arc::new(move |call: &AuditedCall| {
        let (id, aggregate_id, body) = (call.id, call.aggregate_id, call.body.clone());
        let entry = JournalEntry { id, aggregate_id, body, ..JournalEntry::default() };
        match ledger.opened_body(&entry, &call.key) {
            Ok(Some(body)) => Body::Open(body),
            Ok(None) | Err(LedgerError::Envelope(OpenError::Erased(_))) => Body::Erased,
            Err(_) => Body::DoesNotOpen,
        }
    }))
}
