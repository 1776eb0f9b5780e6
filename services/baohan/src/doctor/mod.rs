//! Whether everything that the ledger needs is there, before a trading centre notices that it is not.

mod disk;
mod documents;
mod finding;
mod kafka;
mod listeners;
mod master_key;
mod platforms;
mod seal;
mod store;

pub use finding::{Finding, Health};

use baohan_ledger::Clock;

use crate::config::Config;

/// Looks at everything; findings come in the order in which a start would need them. With `prepare` tables and
/// topics are made.
pub async fn examine(config: &Config, clock: &dyn Clock, prepare: bool) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        config.warnings.iter().map(|warning| Finding::warning("configuration", warning.clone())).collect();
    let store = store::examine(config, prepare).await;
    findings.push(store.finding);
    findings.push(master_key::examine(config, store.is_new).await);
    findings.extend(seal::examine(config, store.is_new).await);
    if let Some(settings) = &config.kafka {
        findings.extend(kafka::examine(settings, store.shards, prepare).await);
    }
    findings.extend(documents::examine(&config.documents).await);
    findings.extend(disk::examine(config));
    findings.extend(listeners::examine(config).await);
    findings.extend(platforms::examine(&config.platforms, clock).await);
    findings
}
