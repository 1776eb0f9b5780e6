use axum::Json;
use axum::extract::State;
use baohan_projections::sections::{OnSection, SectionException};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::list::Listed;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::query::{Filter, given, slice};
use crate::tokens::Caller;

/// Which sections are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// The platform's key.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
    /// How many at most, up to 1000; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u32>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// A tender section that does not run its course, and our guarantees on it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SectionExceptionView {
    /// The platform's key.
    platform: String,
    /// The section's number.
    section_no: String,
    /// What became of it: failed, ended, suspended, void; or the platform's own code.
    status: String,
    /// All that the platform said.
    #[schema(value_type = Object)]
    told: Value,
    /// When we were told.
    told_at: DateTime<Utc>,
    /// Our guarantees on it whose section the reader may know.
    guarantees: Vec<OnSection>,
}

/// Tender sections that do not run their course, as platforms told us, by platform and section.
#[utoipa::path(get, path = "/api/v1/sections/exceptions", tag = "books", params(Search),
    responses((status = 200, body = Listed<SectionExceptionView>), (status = "default", body = ProblemBody)))]
pub(crate) async fn section_exceptions(
    State(office): State<Office>,
    caller: Caller,
    Filter(search): Filter<Search>,
) -> Result<Json<Listed<SectionExceptionView>>, Problem> {
    office.fresh().await;
    let (viewer, slice) = (office.viewer(&caller), slice(search.limit, search.cursor));
    let page = office.projections().section_exceptions(search.platform.as_deref(), &viewer, &slice).await?;
    let items = page.items.into_iter().map(SectionExceptionView::of).collect();
    Ok(Json(Listed { items, next_cursor: page.next_cursor }))
}

impl SectionExceptionView {
    fn of(exception: SectionException) -> Self {
        let status = match exception.status.as_str() {
            "1" => "failed",
            "2" => "ended",
            "3" => "suspended",
            "4" => "void",
            other => other,
        };
        Self {
            status: status.to_owned(),
            platform: exception.platform,
            section_no: exception.section_no,
            told: exception.content,
            told_at: exception.told_at,
            guarantees: exception.guarantees,
        }
    }
}
