//! HTTP: the five interfaces at the platforms' addresses, and `/sandbox/…`.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use tokio::net::TcpListener;

use crate::control;
use crate::desk::{self, Ending};
use crate::sandbox::Sandbox;

/// A notice carries a file in base64; larger ones are no guarantee documents.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

impl Sandbox {
    /// The HTTP services: the five interfaces, and `/sandbox/…`.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/sandbox", control::router())
            .fallback(call)
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(self.clone())
    }

    /// Serves until `stop` ends; calls that hang are ended then.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let sandbox = self.clone();
        let stop = async move {
            stop.await;
            sandbox.release();
        };
        axum::serve(listener, self.router()).with_graceful_shutdown(stop).await
    }
}

async fn call(State(sandbox): State<Sandbox>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let Some(place) = sandbox.addresses().find(&path) else { return StatusCode::NOT_FOUND.into_response() };
    if request.method() != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
    }
    let body = match <Bytes as axum::extract::FromRequest<()>>::from_request(request, &()).await {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    match desk::take(&sandbox, &path, place, &body).await {
        Ending::Answer(answer) => answer,
        Ending::Lost => Body::new(BrokenOff).into_response(),
    }
}

/// A body that breaks off before its first byte, which ends the connection.
struct BrokenOff;

impl HttpBody for BrokenOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())))
    }
}
