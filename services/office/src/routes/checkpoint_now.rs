use axum::Json;
use axum::extract::State;

use crate::checkpoints::{CheckpointView, unknown_checkpoint};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};

/// A checkpoint on demand: answers as soon as a signed one speaks of every record that stood in the ledger when it was asked for.
///
/// It has no body. Co-signatures follow the signature within moments: read the checkpoint again by its number.
#[utoipa::path(post, path = "/api/v1/audit/checkpoints", tag = "audit",
    responses((status = 200, body = CheckpointView), (status = 503, description = "None was signed in time", body = ProblemBody),
        (status = "default", body = ProblemBody)))]
pub(crate) async fn checkpoint_now(State(office): State<Office>) -> Result<Json<CheckpointView>, Problem> {
    let heads = office.log().heads().await?;
    // An empty ledger has nothing to sign, and would be waited for in vain.
    if heads.iter().all(|head| *head == 0) && office.log().newest_checkpoint().await?.is_none() {
        return Err(unknown_checkpoint());
    }
    office.demand_checkpoint(&heads).await?;
    let signed = office.signed_up_to(&heads).await?;
    Ok(Json(office.seen_checkpoint(&signed)))
}
