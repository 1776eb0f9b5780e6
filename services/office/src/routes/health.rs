use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::office::Office;
use crate::probes::Report;

/// The content type of Prometheus's text form.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// That the process runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process runs; asks nothing of its parts.
#[utoipa::path(get, path = "/healthz", tag = "running", responses((status = 200, body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether calls can be served: store, projections, documents.
#[utoipa::path(get, path = "/readyz", tag = "running", responses(
    (status = 200, body = Report), (status = 503, description = "A part is not as it should be", body = Report)))]
pub(crate) async fn readyz(State(office): State<Office>) -> Response {
    let mut report = office.report().await;
    let stopping = office.stop().is_cancelled();
    if stopping {
        report.status = "stopping";
    }
    let status =
        if report.is_ready() && !stopping { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

/// The metrics, in Prometheus's text form.
#[utoipa::path(get, path = "/metrics", tag = "running", responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(office): State<Office>) -> Response {
    ([(header::CONTENT_TYPE, METRICS_TYPE)], office.metrics()).into_response()
}
