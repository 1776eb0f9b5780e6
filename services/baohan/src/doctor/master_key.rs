use std::sync::Arc;

use baohan_ledger::{Clock, SystemClock};

use crate::config::{Config, Keys};
use crate::master_key;
use crate::roles::{master_key_of, open_log};

use super::Finding;

/// Whether the key is there, only its owner reads it, and it is the store's; `store_is_new` says that one would be made.
pub async fn examine(config: &Config, store_is_new: bool) -> Finding {
    const SUBJECT: &str = "master key";
    let place = match &config.keys {
        Keys::Environment(_) => "the environment".to_owned(),
        Keys::File(file) if store_is_new && !file.exists() => {
            return Finding::well(SUBJECT, format!("{} is made on the first start", file.display()));
        }
        Keys::File(file) => file.display().to_string(),
    };
    if let Err(error) = master_key::obtain(&config.keys, false) {
        return Finding::broken(SUBJECT, format!("{:#}", anyhow::Error::from(error)));
    }
    if store_is_new {
        return Finding::well(SUBJECT, format!("{place} holds one, for its owner alone"));
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let Ok(log) = open_log(config, &clock, true).await else {
        return Finding::warning(
            SUBJECT,
            format!("{place} holds one; whether it is the store's, the store would say"),
        );
    };
    let proven = master_key_of(config, &log, &*clock).await;
    log.close().await;
    match proven {
        Ok(_) => Finding::well(SUBJECT, format!("{place} holds the store's, for its owner alone")),
        Err(error) => Finding::broken(SUBJECT, format!("{error:#}")),
    }
}
