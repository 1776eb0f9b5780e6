use axum::extract::State;
use baohan_domain::command::DeclineInvoice;
use baohan_projections::GuaranteeView;

use crate::asked::Asked;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::routes::reason::Reason;
use crate::write::Written;

/// Declines the invoice that was asked for; it may be asked for again.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/invoice/decline", tag = "invoices", params(Write), request_body = Reason,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn decline_invoice(
    State(office): State<Office>,
    asked: Asked<Reason>,
) -> Result<Written, Problem> {
    office.carry_out(&asked, |at| DeclineInvoice { reason: asked.body.reason(), at }.into()).await
}
