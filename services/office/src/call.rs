//! What belongs to every call: a correlation id, a time limit, one log line, one count, and problems that name the call.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::office::Office;
use crate::problem::{self, Problem};
use crate::tokens::Caller;
use crate::write::About;

/// The longest that a call may take; rendering and the store's own waits are far below it.
const CALL_TIME_MAX: Duration = Duration::from_secs(30);
/// Names the call in the answer, in the logs and in the events' metadata.
const CORRELATION_HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// The call's id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Correlation(Uuid);

impl Correlation {
    /// The id of the call in hand.
    pub(crate) fn of(parts: &Parts) -> Uuid {
        parts.extensions.get::<Self>().map_or(Uuid::nil(), |correlation| correlation.0)
    }
}

/// The outermost layer.
pub(crate) async fn attend(State(office): State<Office>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let correlation = office.ledger().new_id();
    request.extensions_mut().insert(Correlation(correlation));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let answered = tokio::time::timeout(CALL_TIME_MAX, next.run(request)).await;
    let response = answered.unwrap_or_else(|_| {
        Problem::of(problem::TIMEOUT, "处理超时；写操作可能已生效，请用相同的幂等键重试").into_response()
    });
    let mut response = named(response, correlation);
    if let Ok(value) = HeaderValue::from_str(&correlation.to_string()) {
        response.headers_mut().insert(CORRELATION_HEADER, value);
    }
    let status = response.status().as_u16();
    let code = response.extensions().get::<Problem>().map_or("", Problem::code);
    let caller = response.extensions().get::<Caller>();
    let actor = caller.map_or_else(String::new, |caller| caller.name.to_string());
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let route = response.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    metrics::counter!(
        "baohan_office_calls_total",
        "route" => route.clone(), "status" => status.to_string(), "code" => code
    )
    .increment(1);
    metrics::histogram!("baohan_office_call_seconds", "route" => route).record(began.elapsed().as_secs_f64());
    if path.starts_with("/api/") {
        let application_no = response.extensions().get::<About>().map(|about| about.0.as_str());
        tracing::info!(
            %method, path, status, code, actor, application_no, duration_ms, correlation_id = %correlation,
            "office call {method} {path}: {status}"
        );
    }
    response
}

/// A problem's body names the call; whoever made the problem did not know it.
fn named(response: Response, correlation: Uuid) -> Response {
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let (mut parts, _) = response.into_parts();
    let (told, body) = problem.in_call(correlation).into_response().into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(told.headers.into_iter().filter_map(|(name, value)| Some((name?, value))));
    Response::from_parts(parts, Body::new(body))
}

/// A panic is an answer too, without its inside.
#[expect(clippy::needless_pass_by_value, reason = "the layer calls it so")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let message = panic.downcast_ref::<&str>().map(ToString::to_string);
    let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(message, "a handler panicked");
    Problem::of(problem::INTERNAL, "系统内部错误，请联系管理员并提供本次请求的编号").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_problem_without_its_inside_and_names_its_call() {
        for panic in [
            Box::new("secret") as Box<dyn std::any::Any + Send>,
            Box::new(String::from("secret")),
            Box::new(7),
        ] {
            let response = named(panicked(panic), Uuid::from_u128(7));
            assert_eq!(response.status(), 500);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
            let problem = response.extensions().get::<Problem>().map(Problem::code);
            assert_eq!(problem, Some("internal"));
        }
    }
}
