use std::path::Path;
use std::sync::Arc;

use baohan_ledger::{Clock, SystemClock};
use baohan_log::{Log, StoreKind};

use crate::config::Config;
use crate::roles::{is_new, open_log};

use super::Finding;

/// What was found of the store.
pub struct Found {
    /// How it is.
    pub finding: Finding,
    /// Whether nobody has made it his own yet, so that a master key would be made.
    pub is_new: bool,
    /// How many shards it has, where it can be read.
    pub shards: Option<u16>,
}

/// What this line is about.
const SUBJECT: &str = "store";

/// Whether the store can be read, and whether it is new; a ledger that runs beside is not disturbed. With `prepare` the
/// tables on PostgreSQL are made or migrated, by whoever the address names.
pub async fn examine(config: &Config, prepare: bool) -> Found {
    let url = &config.store.url;
    if let Some(file) = url.file()
        && !Path::new(file).exists()
    {
        let finding = Finding::well(SUBJECT, format!("{url} is made on the first start"));
        return Found { finding, is_new: true, shards: Some(1) };
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let reads_alone = !(prepare && url.is_postgres());
    match open_log(config, &clock, reads_alone).await {
        // A database without our tables is as good as a file that is not there yet.
        Err(error) if is_empty_database(&error) => {
            let text = format!("{url} answers and is empty: its tables are made on the first start");
            Found { finding: Finding::well(SUBJECT, text), is_new: true, shards: Some(config.store.shards) }
        }
        Err(error) => {
            let finding = Finding::broken(SUBJECT, format!("{error:#}"));
            Found { finding, is_new: false, shards: None }
        }
        Ok(log) => {
            let found = look(config, &log).await;
            log.close().await;
            found
        }
    }
}

async fn look(config: &Config, log: &Log) -> Found {
    let url = &config.store.url;
    let shards = log.shards();
    match (log.heads().await, is_new(log).await) {
        (Ok(heads), Ok(is_new)) => {
            let events: u64 = heads.iter().sum();
            let text = format!(
                "{url} holds {events} events in {shards} shard{}",
                if shards == 1 { "" } else { "s" }
            );
            let configured = config.store.shards;
            let finding = if log.store_kind() == StoreKind::Postgres && shards != configured {
                Finding::warning(
                    SUBJECT,
                    format!("{text}; `shards = {configured}` counts for a new store only"),
                )
            } else {
                Finding::well(SUBJECT, text)
            };
            Found { finding, is_new, shards: Some(shards) }
        }
        (Err(error), _) | (_, Err(error)) => {
            Found { finding: Finding::broken(SUBJECT, error.to_string()), is_new: false, shards: None }
        }
    }
}

fn is_empty_database(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(baohan_log::Error::TooOld { found: 0, .. }))
}
