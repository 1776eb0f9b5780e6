use axum::extract::State;
use baohan_domain::command::RecordPremium;
use baohan_projections::GuaranteeView;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::lexical::{Amount, Text};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// What was paid, and by whom.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Premium {
    /// In whose name the paying account is.
    #[schema(value_type = String, max_length = 200)]
    payer_name: Text<200>,
    /// The paying account.
    #[schema(value_type = String, max_length = 100)]
    payer_account: Text<100>,
    /// What was paid, in yuan.
    #[schema(value_type = String, example = "6400.00")]
    amount: Amount,
    /// When it was paid; absent: now.
    paid_at: Option<DateTime<Utc>>,
    /// The bank's or the core system's reference.
    #[schema(value_type = Option<String>, max_length = 200)]
    reference: Option<Text<200>>,
}

impl Content for Premium {}

/// Records the premium's payment.
///
/// The same amount and payer again is answered likewise; another amount or payer is refused.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/premium", tag = "guarantees", params(Write), request_body = Premium,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn record_premium(
    State(office): State<Office>,
    asked: Asked<Premium>,
) -> Result<Written, Problem> {
    let premium = &asked.body;
    office
        .carry_out(&asked, |at| {
            let command = RecordPremium {
                payer_name: premium.payer_name.0.clone(),
                payer_account: premium.payer_account.0.clone(),
                amount: premium.amount.0,
                paid_at: premium.paid_at,
                reference: premium.reference.clone().map(|reference| reference.0),
                at,
            };
            command.into()
        })
        .await
}
