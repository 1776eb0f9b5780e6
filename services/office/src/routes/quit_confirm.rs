use axum::extract::State;
use baohan_domain::command::ConfirmQuit;
use baohan_projections::GuaranteeView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// Nothing is to be said.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl Content for Nothing {}

/// Agrees to take the guarantee back.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/quit/confirm", tag = "quits", params(Write), request_body = Nothing,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn confirm_quit(
    State(office): State<Office>,
    asked: Asked<Nothing>,
) -> Result<Written, Problem> {
    office.carry_out(&asked, |at| ConfirmQuit { at }.into()).await
}
