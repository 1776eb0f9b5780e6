use std::sync::Arc;
use std::time::Duration;

use baohan_notifier::{Letterhead, Notifier, Patience, Transport, Wiring};

use super::Running;
use crate::config::Config;

/// How long a platform may take over a notice, which may carry a file of some MiB.
const NOTICE_TIME_MAX: Duration = Duration::from_secs(30);

/// The client that carries calls to platforms.
pub fn transport(config: &Config) -> anyhow::Result<Transport> {
    Ok(Transport::new(NOTICE_TIME_MAX, config.notifier.proxy.as_deref())?)
}

/// Starts the delivery of notices.
pub fn start(running: &Running) -> anyhow::Result<()> {
    let foundation = &running.foundation;
    let notifier = Notifier::new(Wiring {
        ledger: foundation.ledger.clone(),
        projections: foundation.projections.clone(),
        documents: foundation.documents.clone(),
        directory: Arc::clone(&foundation.directory),
        transport: transport(&foundation.config)?,
        head: Letterhead {
            institution_name: foundation.config.institution.name.clone(),
            public_url: foundation.config.gateway.public_url.clone(),
            links: foundation.links.clone(),
        },
        patience: Patience::default(),
    });
    running.works.spawn(notifier.run(running.finish.clone()));
    Ok(())
}
