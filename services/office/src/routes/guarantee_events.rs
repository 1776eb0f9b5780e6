use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::asked::Named;
use crate::events::EventView;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::OfAGuarantee;
use crate::tokens::Caller;

/// A guarantee's whole story.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Story {
    /// Its events in order.
    events: Vec<EventView>,
}

/// The events of a guarantee, in order.
#[utoipa::path(get, path = "/api/v1/guarantees/{id}/events", tag = "events", params(OfAGuarantee),
    responses((status = 200, body = Story), (status = "default", body = ProblemBody)))]
pub(crate) async fn guarantee_events(
    State(office): State<Office>,
    caller: Caller,
    Named { id }: Named,
) -> Result<Json<Story>, Problem> {
    let history = office.known(id.into()).await?;
    let stored = history.recorded.into_iter().map(|recorded| recorded.stored).collect();
    let events = office.seen(&caller, stored, HashMap::from([(id, history.guarantee)])).await?;
    Ok(Json(Story { events }))
}
