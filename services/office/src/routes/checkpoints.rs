use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::checkpoints::CheckpointView;
use crate::list::Listed;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given};

/// The most checkpoints of a page: the co-signatures of each are verified for it.
const LIMIT_MAX: u64 = 100;
/// The checkpoints of a page when nobody says how many.
const LIMIT_DEFAULT: u64 = 20;

/// Which part of the list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// How many at most, up to 100; 20 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u64>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// The signed checkpoints, the newest first, each with its co-signatures and whether it counts by the policy.
#[utoipa::path(get, path = "/api/v1/audit/checkpoints", tag = "audit", params(Part),
    responses((status = 200, body = Listed<CheckpointView>), (status = "default", body = ProblemBody)))]
pub(crate) async fn checkpoints(
    State(office): State<Office>,
    Filter(part): Filter<Part>,
) -> Result<Json<Listed<CheckpointView>>, Problem> {
    let newest = office.log().newest_checkpoint().await?.map_or(0, |kept| kept.number);
    let up_to = match part.cursor {
        Some(cursor) => before(&cursor)?.min(newest),
        None => newest,
    };
    let limit = part.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX).min(up_to);
    let after = up_to - limit;
    let mut items = Vec::new();
    if limit > 0 {
        let count = usize::try_from(limit).unwrap_or_default();
        for kept in office.log().kept_checkpoints(after, count).await?.iter().rev() {
            items.push(office.seen_checkpoint(&office.signed(kept).await?));
        }
    }
    let next_cursor = (after > 0).then(|| format!("{CURSOR}{after}"));
    Ok(Json(Listed { items, next_cursor }))
}

/// Begins every cursor of this list, so that one of another list is none.
const CURSOR: &str = "checkpoint-";

/// The number that a cursor leads to.
fn before(cursor: &str) -> Result<u64, Problem> {
    let number = cursor.strip_prefix(CURSOR).and_then(|number| number.parse().ok());
    number.ok_or_else(|| Problem::of(problem::INVALID_CURSOR, "游标不属于此列表，请从第一页重新查询"))
}
