use std::num::NonZeroU32;
use std::sync::Arc;

use baohan_gateway::{Gateway, Options, Readiness, Share, serve};
use tokio::net::TcpListener;

use super::Running;

/// Starts to take platforms' calls.
pub fn start(running: &Running, listener: TcpListener) {
    let foundation = &running.foundation;
    let config = &foundation.config;
    let gateway = Gateway {
        ledger: foundation.ledger.clone(),
        projections: foundation.projections.clone(),
        directory: Arc::clone(&foundation.directory),
        documents: foundation.documents.store().clone(),
        links: foundation.links.clone(),
        options: Options {
            body_bytes_max: config.gateway.body_limit_bytes as usize,
            share: NonZeroU32::new(config.gateway.calls_per_second)
                .map_or(Share::OF_A_PLATFORM, Share::per_second),
            working_days: config.calendar.working_days.clone(),
            claim_due_working_days: config.calendar.claim_due_working_days,
            ..Options::default()
        },
        readiness: Readiness::new(true),
    };
    let stop = running.stop.clone();
    running.fronts.spawn(async move {
        let served = serve(listener, gateway.router(), async move { stop.cancelled().await }).await;
        if let Err(error) = served {
            tracing::error!(%error, "the gateway ended");
        }
    });
}
