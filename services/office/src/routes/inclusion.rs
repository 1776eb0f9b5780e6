use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::asked::Named;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};

/// That a record is among those that were signed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InclusionView {
    /// The event.
    event: Uuid,
    /// Its guarantee.
    guarantee: Uuid,
    /// Its shard.
    shard: u16,
    /// Its position; the leaf's index is one less.
    position: u64,
    /// Its leaf, in hex.
    leaf: String,
    /// How many leaves the tree has: the shard's size in the checkpoint.
    size: u64,
    /// The hashes that lead from the leaf to the root, in hex, the nearest first.
    path: Vec<String>,
    /// The root, in hex, as it stands in the checkpoint.
    root: String,
    /// The signed checkpoint, with the co-signatures that it has.
    checkpoint: String,
}

/// The proof that an event stands in the ledger: its leaf, the path to the root of its shard's tree, and the signed checkpoint that holds the root.
///
/// It was verified before it is given; the reader verifies it again (RFC 9162, section 2.1.3.2, with SM3).
#[utoipa::path(get, path = "/api/v1/audit/proof/{id}", tag = "audit",
    params(("id" = Uuid, Path, description = "The event")),
    responses((status = 200, body = InclusionView), (status = "default", body = ProblemBody)))]
pub(crate) async fn inclusion(
    State(office): State<Office>,
    Named { id }: Named,
) -> Result<Json<InclusionView>, Problem> {
    let prove =
        |office: Office| async move { baohan_proof::inclusion(office.log(), office.projections(), id).await };
    let proof = office.once_signed(prove).await?;
    let proof = proof.ok_or_else(|| Problem::of(problem::UNKNOWN_EVENT, "没有这个编号的事件"))?;
    let baohan_proof::Inclusion { event, guarantee, shard, position, leaf, size, path, root, checkpoint } =
        proof;
    Ok(Json(InclusionView { event, guarantee, shard, position, leaf, size, path, root, checkpoint }))
}
