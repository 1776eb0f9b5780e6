use std::sync::Arc;

use baohan_notifier::SectionPoller;
use baohan_workers::{Duty, Expiry, Invoices, Quits, Renderer, Rounds, Underwriter, Unpaid};

use super::{Running, notifier};

/// Starts what happens without a call.
pub fn start(running: &Running) -> anyhow::Result<()> {
    let foundation = &running.foundation;
    let config = &foundation.config;
    let fonts = config.documents.fonts.clone();
    running.works.spawn_blocking(move || {
        if let Err(error) = baohan_documents::font_check(&fonts, true) {
            tracing::error!(%error, "no document can be made: {error}");
        }
    });
    work(running, Renderer::new(foundation.issuing.clone()));
    work(running, Expiry);
    if config.underwriting.automatic {
        work(running, Underwriter::new(foundation.issuing.clone()));
    }
    if config.underwriting.unpaid_days > 0 {
        work(running, Unpaid::after_days(config.underwriting.unpaid_days));
    }
    if config.workers.automatic_invoices {
        work(running, Invoices);
    }
    if config.workers.automatic_quits {
        work(running, Quits);
    }
    poll_sections(running)
}

fn work<D: Duty>(running: &Running, duty: D) {
    let foundation = &running.foundation;
    let rounds = Rounds::new(duty, foundation.ledger.clone(), foundation.projections.clone());
    running.works.spawn(rounds.run(running.finish.clone()));
}

fn poll_sections(running: &Running) -> anyhow::Result<()> {
    let foundation = &running.foundation;
    let transport = notifier::transport(&foundation.config)?;
    let log = foundation.ledger.log().clone();
    let poller = SectionPoller::new(log, Arc::clone(&foundation.clock), transport);
    let platforms = foundation.directory.platforms().into_iter().cloned().collect();
    let every = foundation.config.workers.section_poll;
    running.works.spawn(poller.run(platforms, every, running.finish.clone()));
    Ok(())
}
