use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use tokio::net::TcpListener;

use super::{Running, Start};

/// The content type of Prometheus's text form.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers `/healthz`, `/readyz` and `/metrics` for a process without the office. Ready is who reaches the store and does not
/// stop; how the parts stand is told by the office.
pub fn start(running: &Running, listener: TcpListener, start: &Start) {
    let metrics = Arc::clone(&start.metrics);
    let (log, stop) = (running.foundation.ledger.log().clone(), running.stop.clone());
    let stopping = stop.clone();
    let ready = move || {
        let (log, stopping) = (log.clone(), stopping.clone());
        async move {
            if stopping.is_cancelled() {
                return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
            }
            match log.ping().await {
                Ok(()) => (StatusCode::OK, "ready\n"),
                Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
            }
        }
    };
    let shown = move || {
        let text = metrics();
        async move { ([(header::CONTENT_TYPE, METRICS_TYPE)], text).into_response() }
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(shown));
    running.fronts.spawn(async move {
        let serving =
            axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
        if let Err(error) = serving.await {
            tracing::error!(%error, "probes are not answered any more");
        }
    });
}
