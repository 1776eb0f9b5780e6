use axum::extract::State;
use baohan_domain::command::Withdraw;
use baohan_domain::event::WithdrawnCause;
use baohan_projections::GuaranteeView;

use crate::asked::Asked;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::routes::reason::Reason;
use crate::write::Written;

/// Records that the applicant gave the application up.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/withdraw", tag = "guarantees", params(Write), request_body = Reason,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn withdraw(State(office): State<Office>, asked: Asked<Reason>) -> Result<Written, Problem> {
    let (cause, reason) = (WithdrawnCause::Applicant, asked.body.given()?);
    office.carry_out(&asked, |at| Withdraw { cause, reason: Some(reason.clone()), at }.into()).await
}
