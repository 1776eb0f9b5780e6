use std::path::Path;
use std::sync::Arc;

use baohan_ledger::{Clock, SystemClock};

use crate::config::Config;
use crate::roles::{is_empty, open_log};

use super::Finding;

/// Whether the store can be read, and whether it is empty; a ledger that runs beside is not disturbed.
pub async fn examine(config: &Config) -> (Finding, bool) {
    const SUBJECT: &str = "store";
    let url = &config.store.url;
    let file = url.strip_prefix("sqlite:").unwrap_or(url);
    let file = Path::new(file.strip_prefix("//").unwrap_or(file));
    if !file.exists() {
        return (Finding::well(SUBJECT, format!("{url} is made on the first start")), true);
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match open_log(config, &clock, true).await {
        Err(error) => (Finding::broken(SUBJECT, format!("{error:#}")), false),
        Ok(log) => {
            let events: u64 = (0..log.shards()).map(|shard| log.head(shard)).sum();
            let empty = is_empty(&log);
            log.close().await;
            (Finding::well(SUBJECT, format!("{url} holds {events} events")), empty)
        }
    }
}
