use std::sync::Arc;

use anyhow::Context as _;
use baohan_documents::{Documents, LinkSigner, Settings};
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_issuing::{Institution, Issuing, NumberPattern};
use baohan_ledger::{Clock, Ledger, MasterKey, is_claimed, prove};
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
        let key = master_key_of(&config, &log, &*clock).await?;
        if start.new_incarnation {
            let incarnation = log.renew_incarnation().await.context("the store got no new incarnation")?;
            tracing::warn!(%incarnation, "the store goes on under a new incarnation: {incarnation}");
        }
        let links = LinkSigner::new(&*key.derive(LINKS)).context("no key for download links")?;
        let ledger = Ledger::new(log.clone(), key, Arc::clone(&clock));
        let documents = Documents::open(settings(&config)).context("[documents] cannot be opened")?;
        let options = projection_options(&config, start.read_only);
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

/// How the store of a configuration is opened for writing.
pub fn log_options(config: &Config, clock: &Arc<dyn Clock>) -> baohan_log::Options {
    let clock = Arc::clone(clock);
    baohan_log::Options::new(config.store.url.expose(), Arc::new(move || clock.now()))
        .with_shards(config.store.shards)
        .with_connections(config.store.connections)
}

/// Opens the store of a configuration.
pub async fn open_log(config: &Config, clock: &Arc<dyn Clock>, read_only: bool) -> anyhow::Result<Log> {
    let options = log_options(config, clock);
    let options = if read_only { options.read_only() } else { options };
    Log::open(&options).await.with_context(|| format!("[store] {} cannot be opened", config.store.url))
}

/// Whether no event was ever written and nobody has made the store his own.
pub async fn is_new(log: &Log) -> Result<bool, baohan_log::Error> {
    Ok(log.heads().await?.iter().all(|head| *head == 0) && !is_claimed(log).await?)
}

/// The master key, proven to be this store's. A new file is made for a new store alone; of several processes that make
/// one each on their machines, the first one's becomes the store's, and the others take theirs back.
pub async fn master_key_of(config: &Config, log: &Log, clock: &dyn Clock) -> anyhow::Result<MasterKey> {
    let may_be_made = !log.is_read_only() && is_new(log).await?;
    let obtained = master_key::obtain(&config.keys, may_be_made)?;
    if let Err(error) = prove(log, &obtained.key, clock.now()).await {
        obtained.take_back();
        return Err(anyhow::Error::from(error).context("[keys]"));
    }
    Ok(obtained.key)
}

/// How the projections of a configuration are opened.
pub fn projection_options(config: &Config, read_only: bool) -> baohan_projections::Options {
    baohan_projections::Options {
        url: config.projections.url.expose().to_owned(),
        read_only,
        kafka: config.kafka.clone(),
    }
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
