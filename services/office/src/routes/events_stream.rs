use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response, Sse, sse::KeepAlive};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::events::EventView;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given};
use crate::stream::Places;
use crate::tokens::Caller;

/// How often a silent stream says that it lives: proxies cut what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What a client sends when it comes again (HTML, server-sent events).
const LAST_EVENT_ID: &str = "last-event-id";

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// Of which shard; absent: of all.
    #[serde(default, deserialize_with = "given")]
    shard: Option<u16>,
    /// Behind this position of the shard; absent: from now on. `Last-Event-ID` goes before it.
    #[serde(default, deserialize_with = "given")]
    after: Option<u64>,
}

/// Events as they happen, each with `shard:position` as its id. A client that comes again with `Last-Event-ID` misses none.
#[utoipa::path(get, path = "/api/v1/events/stream", tag = "events",
    params(Part, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen")),
    responses((status = 200, content_type = "text/event-stream", body = EventView), (status = "default", body = ProblemBody)))]
pub(crate) async fn events_stream(
    State(office): State<Office>,
    caller: Caller,
    headers: HeaderMap,
    Filter(part): Filter<Part>,
) -> Result<Response, Problem> {
    part.shard.map_or(Ok(()), |shard| office.has_shard(shard))?;
    let seen = headers.get(LAST_EVENT_ID).map(|value| value.to_str().unwrap_or_default());
    let after = match (seen, part.after) {
        (Some(seen), _) => Places::read(seen).ok_or_else(|| {
            Problem::of(problem::INVALID_CURSOR, "Last-Event-ID 的格式应为 分片:位置，例如 0:17")
        })?,
        (None, Some(after)) => Places::in_shard(part.shard.unwrap_or(0), after),
        (None, None) => Places::default(),
    };
    let feed = office.feed(caller, part.shard, &after)?;
    let heartbeat = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
    let mut response = Sse::new(feed.run()).keep_alive(heartbeat).into_response();
    // Some proxies hold an answer back until it is whole.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}
