use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use baohan_seal::witnessing::{Reason, Refusal, Request};
use serde_json::json;
use tokio::net::TcpListener;
use tower_http::timeout::TimeoutLayer;
use uuid::Uuid;

use crate::witness::Witness;

/// The longest request: proofs of the most shards at the greatest sizes are below it, and so are a thousand introductions of small ledgers.
const REQUEST_BYTES_MAX: usize = 4 << 20;
/// How long a request may take, the sending of its body included.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How a note is sent.
const NOTE_TYPE: &str = "text/plain; charset=utf-8";

impl Witness {
    /// Its HTTP: `POST /api/v1/witness/checkpoints` asks for a co-signature, `GET …/checkpoints/{ledger}` shows what is remembered,
    /// `GET /api/v1/witness` name, key and ledgers.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/api/v1/witness", get(shown))
            .route("/api/v1/witness/checkpoints", post(asked))
            .route("/api/v1/witness/checkpoints/{ledger}", get(remembered))
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(|| async { "ready\n" }))
            .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_WITHIN))
            .with_state(self.clone())
    }
}

impl Witness {
    /// Serves it until `stop`; requests that are under way are finished.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(listener, self.router()).with_graceful_shutdown(stop).await
    }
}

async fn shown(State(witness): State<Witness>) -> Response {
    let ledgers: Vec<Uuid> = witness.ledgers().collect();
    let key = witness.public_key();
    Json(json!({ "name": witness.name(), "public_key": key, "key_id": key.id(), "ledgers": ledgers }))
        .into_response()
}

async fn asked(State(witness): State<Witness>, body: Bytes) -> Response {
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => return refused(malformed(format!("the request cannot be read: {error}"))),
    };
    // Once begun it is finished, whether or not anybody still waits for the answer.
    match tokio::task::spawn_blocking(move || witness.cosign(&request)).await {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(refusal)) => refused(refusal),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn remembered(State(witness): State<Witness>, Path(ledger): Path<String>) -> Response {
    let Ok(ledger) = ledger.parse() else {
        return refused(malformed("a ledger is named by a UUID".to_owned()));
    };
    // Somebody may be writing to the memory at this moment.
    match tokio::task::spawn_blocking(move || witness.remembered(ledger)).await {
        Ok(Ok(Some(signed))) => ([(header::CONTENT_TYPE, NOTE_TYPE)], signed.note()).into_response(),
        Ok(Ok(None)) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(refusal)) => refused(refusal),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn malformed(detail: String) -> Refusal {
    Refusal { reason: Reason::Malformed, detail, remembered: None }
}

fn refused(refusal: Refusal) -> Response {
    let status = match refusal.reason {
        Reason::Malformed => StatusCode::BAD_REQUEST,
        Reason::NotSigned => StatusCode::FORBIDDEN,
        Reason::UnknownLedger => StatusCode::NOT_FOUND,
        Reason::Stale => StatusCode::CONFLICT,
        Reason::Inconsistent => StatusCode::UNPROCESSABLE_ENTITY,
        Reason::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(refusal)).into_response()
}
