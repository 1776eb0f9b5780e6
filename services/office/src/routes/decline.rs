use axum::extract::State;
use baohan_domain::command::Decline;
use baohan_projections::GuaranteeView;

use crate::asked::Asked;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::routes::reason::Reason;
use crate::write::Written;

/// Declines an application.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/decline", tag = "guarantees", params(Write), request_body = Reason,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn decline(State(office): State<Office>, asked: Asked<Reason>) -> Result<Written, Problem> {
    office.carry_out(&asked, |at| Decline { reason: asked.body.reason(), at }.into()).await
}
