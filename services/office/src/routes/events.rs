use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::events::{EventView, Known};
use crate::list::Listed;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given, slice};
use crate::tokens::Caller;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// Of which shard; absent: 0.
    #[serde(default, deserialize_with = "given")]
    shard: Option<u16>,
    /// Behind this position; absent: from the first on.
    #[serde(default, deserialize_with = "given")]
    after: Option<u64>,
    /// How many at most, up to 1000; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<u32>,
    /// Where the page before ended: the same as `after`.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// The events of a shard in their order, without gaps.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(Part),
    responses((status = 200, body = Listed<EventView>), (status = "default", body = ProblemBody)))]
pub(crate) async fn events(
    State(office): State<Office>,
    caller: Caller,
    Filter(part): Filter<Part>,
) -> Result<Json<Listed<EventView>>, Problem> {
    let shard = part.shard.unwrap_or(0);
    office.has_shard(shard)?;
    let unknown = |_| Problem::of(problem::INVALID_CURSOR, "游标不属于此列表，请从第一页重新查询");
    let cursor = part.cursor.map(|cursor| cursor.parse().map_err(unknown)).transpose()?;
    let after = cursor.or(part.after).unwrap_or(0);
    let limit = slice(part.limit, None).limit() as usize;
    let mut stored = office.log().read(shard, after, limit + 1).await?;
    let more = stored.len() > limit;
    stored.truncate(limit);
    let next_cursor = stored.last().filter(|_| more).map(|last| last.position.to_string());
    let items = office.seen(&caller, stored, Known::new()).await?;
    Ok(Json(Listed { items, next_cursor }))
}

impl Office {
    /// Refuses a shard that there is not.
    pub(crate) fn has_shard(&self, shard: u16) -> Result<(), Problem> {
        let shards = self.log().shards();
        if shard < shards {
            return Ok(());
        }
        Err(Problem::of(problem::INVALID_QUERY, format!("没有分片 {shard}：分片号为0至{}", shards - 1)))
    }
}
