use axum::Json;
use axum::extract::State;
use baohan_projections::claims::{ClaimRow, Filter as Wanted, State as ClaimState};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::list::Listed;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::query::{Filter, given, named, slice};
use crate::tokens::Caller;

/// Which claims are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// open, paid or refused.
    #[serde(default, deserialize_with = "given")]
    state: Option<String>,
    /// The platform's key.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
    /// Open, and the day on which it is due has passed.
    #[serde(default, deserialize_with = "given")]
    overdue: Option<bool>,
    /// Due on this day in China or earlier.
    #[serde(default, deserialize_with = "given")]
    due_to: Option<NaiveDate>,
    /// How many at most, up to 1000; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// Claims, the newest first.
#[utoipa::path(get, path = "/api/v1/claims", tag = "claims", params(Search),
    responses((status = 200, body = Listed<ClaimRow>), (status = "default", body = ProblemBody)))]
pub(crate) async fn claims(
    State(office): State<Office>,
    caller: Caller,
    Filter(search): Filter<Search>,
) -> Result<Json<Listed<ClaimRow>>, Problem> {
    let wanted = Wanted {
        state: named(search.state, ClaimState::from_name)?,
        platform: search.platform,
        overdue: search.overdue.unwrap_or(false),
        due_to: search.due_to,
    };
    office.fresh().await;
    let slice = slice(search.limit, search.cursor);
    let page = office.projections().claims(&wanted, &office.viewer(&caller), &slice).await?;
    Ok(Json(page.into()))
}
