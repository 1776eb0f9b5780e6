use axum::extract::State;
use baohan_domain::command::PayClaim;
use baohan_projections::GuaranteeView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, ClaimNo, Content};
use crate::lexical::{Amount, Text};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::WriteOfAClaim;
use crate::write::Written;

/// What was paid.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payment {
    /// What was paid, in yuan; absent: all that is demanded.
    #[schema(value_type = Option<String>, example = "800000.00")]
    amount: Option<Amount>,
    /// The payment's reference.
    #[schema(value_type = String, max_length = 200)]
    reference: Text<200>,
}

impl Content for Payment {}

/// Records that a claim was paid.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/claims/{n}/pay", tag = "claims", params(WriteOfAClaim), request_body = Payment,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn pay_claim(
    State(office): State<Office>,
    ClaimNo(claim): ClaimNo,
    asked: Asked<Payment>,
) -> Result<Written, Problem> {
    let payment = &asked.body;
    let (amount, reference) = (payment.amount.map(|amount| amount.0), payment.reference.0.clone());
    office.carry_out(&asked, |at| PayClaim { claim, amount, reference: reference.clone(), at }.into()).await
}
