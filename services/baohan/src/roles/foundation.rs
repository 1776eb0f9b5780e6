use std::sync::Arc;

use anyhow::Context as _;
use baohan_documents::{Documents, LinkSigner, Settings};
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_issuing::{Institution, Issuing, NumberPattern};
use baohan_ledger::{Clock, Ledger};
use baohan_log::Log;
use baohan_projections::Projections;
use baohan_wire::Directory;

use crate::config::Config;
use crate::master_key;

use super::Start;

/// The purpose for which the key of download links is derived from the master key.
const LINKS: &str = "baohan download links v1";

/// What every role stands on.
#[derive(Clone)]
pub struct Foundation {
    /// The configuration.
    pub config: Arc<Config>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Carries commands out.
    pub ledger: Ledger,
    /// Makes and keeps documents.
    pub documents: Documents,
    /// Issues guarantees.
    pub issuing: Issuing,
    /// Answers questions.
    pub projections: Projections,
    /// The platforms.
    pub directory: Arc<Directory>,
    /// The tokens of download links.
    pub links: LinkSigner,
}

impl Foundation {
    /// Opens store, master key, documents and projections.
    pub async fn lay(config: Config, start: &Start) -> anyhow::Result<Self> {
        let clock = Arc::clone(&start.clock);
        let log = open_log(&config, &clock, start.read_only).await?;
        let empty = is_empty(&log);
        let key = master_key::obtain(&config.keys, empty && !start.read_only)?;
        let links = LinkSigner::new(&*key.derive(LINKS)).context("no key for download links")?;
        let ledger = Ledger::new(log.clone(), key, Arc::clone(&clock));
        let documents = Documents::open(settings(&config)).context("[documents] cannot be opened")?;
        let options =
            baohan_projections::Options { url: config.projections.url.clone(), read_only: start.read_only };
        let projections = Projections::open(log, options).await.context("[projections] cannot be opened")?;
        let directory = Arc::new(Directory::new(config.platforms.clone())?);
        let issuing = Issuing::new(
            ledger.clone(),
            documents.clone(),
            terms(&config),
            NumberPattern::new(config.institution.guarantee_no.clone()),
            institution(&config, &directory)?,
        );
        Ok(Self {
            config: Arc::new(config),
            clock,
            ledger,
            documents,
            issuing,
            projections,
            directory,
            links,
        })
    }

    /// Lets the projections go and closes the store, in which everything that was answered is durable already.
    pub async fn close(&self) {
        self.projections.close().await;
        self.ledger.log().close().await;
    }
}

/// Opens the store of a configuration.
pub async fn open_log(config: &Config, clock: &Arc<dyn Clock>, read_only: bool) -> anyhow::Result<Log> {
    let clock = Arc::clone(clock);
    let options = baohan_log::Options::new(config.store.url.clone(), Arc::new(move || clock.now()));
    let options = if read_only { options.read_only() } else { options };
    Log::open(&options).await.with_context(|| format!("[store] {} cannot be opened", config.store.url))
}

/// Whether no event was ever written.
pub fn is_empty(log: &Log) -> bool {
    (0..log.shards()).all(|shard| log.head(shard) == 0)
}

/// Where documents lie.
pub fn settings(config: &Config) -> Settings {
    let documents = &config.documents;
    Settings {
        url: documents.url.clone(),
        templates: documents.templates.clone(),
        fonts: documents.fonts.clone(),
    }
}

fn terms(config: &Config) -> UnderwritingTerms {
    let underwriting = &config.underwriting;
    UnderwritingTerms {
        rate: underwriting.rate,
        minimum_premium: underwriting.minimum_premium,
        validity_days: underwriting.validity_days,
        amount_limit: underwriting.amount_limit,
    }
}

fn institution(config: &Config, directory: &Arc<Directory>) -> anyhow::Result<Institution> {
    let directory = Arc::clone(directory);
    Ok(Institution {
        name: config.institution.name.clone(),
        claim_due_working_days: u16::try_from(config.calendar.claim_due_working_days)?,
        platform_names: Arc::new(move |appkey, code| {
            let platform = directory.by_appkey(appkey)?;
            Some(platform.for_centre(code).name().to_owned())
        }),
    })
}
