//! What goes back.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baohan_wire::{AnswerData, Platform, answer};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
/// When a caller that was turned away may come again, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// A protocol answer: HTTP 200, whatever `code` says.
pub(crate) fn protocol(
    platform: Option<&Platform>,
    ok: bool,
    message: &str,
    data: AnswerData<'_>,
) -> Response {
    with_status(StatusCode::OK, platform, ok, message, data)
}

/// What was no protocol call at all, or cannot be taken now. The body tells it in the protocol's form all the same.
pub(crate) fn refusal(status: StatusCode, platform: Option<&Platform>, message: &str) -> Response {
    let mut response = with_status(status, platform, false, message, AnswerData::None);
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}

fn with_status(
    status: StatusCode,
    platform: Option<&Platform>,
    ok: bool,
    message: &str,
    data: AnswerData<'_>,
) -> Response {
    let body = answer(platform, ok, message, data);
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}
