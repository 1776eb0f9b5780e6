use axum::extract::State;
use baohan_domain::command::RefuseClaim;
use baohan_projections::GuaranteeView;

use crate::asked::{Asked, ClaimNo};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::WriteOfAClaim;
use crate::routes::reason::Reason;
use crate::write::Written;

/// Refuses a claim that is not in form; its amount can be claimed again.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/claims/{n}/refuse", tag = "claims", params(WriteOfAClaim), request_body = Reason,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn refuse_claim(
    State(office): State<Office>,
    ClaimNo(claim): ClaimNo,
    asked: Asked<Reason>,
) -> Result<Written, Problem> {
    office.carry_out(&asked, |at| RefuseClaim { claim, reason: asked.body.reason(), at }.into()).await
}
