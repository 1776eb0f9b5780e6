use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::checkpoints::unknown_checkpoint;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::Filter;

/// Between which checkpoints.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Between {
    /// The earlier checkpoint's number.
    from: u64,
    /// The later one's.
    to: u64,
}

/// That a checkpoint only adds to an earlier one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsistencyView {
    /// The earlier signed checkpoint, with the co-signatures that it has.
    from: String,
    /// The later one.
    to: String,
    /// Each shard, in order.
    shards: Vec<GrowthView>,
}

/// That a shard only grew.
#[derive(Debug, Serialize, ToSchema)]
struct GrowthView {
    /// Which.
    shard: u16,
    /// How many records it had.
    old_size: u64,
    /// How many it has.
    new_size: u64,
    /// The hashes that lead from the older root to the newer one, in hex.
    path: Vec<String>,
}

/// The proof that a checkpoint only adds to an earlier one: nothing that was signed then was changed or taken away since.
///
/// It was verified before it is given; the reader verifies it again (RFC 9162, section 2.1.4.2, with SM3).
#[utoipa::path(get, path = "/api/v1/audit/consistency", tag = "audit", params(Between),
    responses((status = 200, body = ConsistencyView), (status = "default", body = ProblemBody)))]
pub(crate) async fn consistency(
    State(office): State<Office>,
    Filter(Between { from, to }): Filter<Between>,
) -> Result<Json<ConsistencyView>, Problem> {
    if from > to {
        return Err(Problem::of(problem::INVALID_QUERY, "检查点 from 的编号大于 to"));
    }
    let prove = |office: Office| async move {
        baohan_proof::consistency(office.log(), office.projections(), from, to).await
    };
    let proof = office.once_signed(prove).await?;
    let proof = proof.ok_or_else(unknown_checkpoint)?;
    let shards = proof.shards.into_iter().map(|grown| GrowthView {
        shard: grown.shard,
        old_size: grown.old_size,
        new_size: grown.new_size,
        path: grown.path,
    });
    Ok(Json(ConsistencyView { from: proof.from, to: proof.to, shards: shards.collect() }))
}
