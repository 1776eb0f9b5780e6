use axum::extract::State;
use baohan_domain::command::CorrectPremium;
use baohan_projections::GuaranteeView;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::lexical::{Amount, Prose, Text};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// The premium as it should have been recorded.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correction {
    /// In whose name the paying account is.
    #[schema(value_type = String, max_length = 200)]
    payer_name: Text<200>,
    /// The paying account.
    #[schema(value_type = String, max_length = 100)]
    payer_account: Text<100>,
    /// What was paid, in yuan.
    #[schema(value_type = String, example = "6400.00")]
    amount: Amount,
    /// When it was paid; absent: as recorded.
    paid_at: Option<DateTime<Utc>>,
    /// The reference; absent: as recorded.
    #[schema(value_type = Option<String>, max_length = 200)]
    reference: Option<Text<200>>,
    /// Why it is put right.
    #[schema(value_type = String, max_length = 500)]
    reason: Prose<500>,
}

impl Content for Correction {}

/// Puts the record of the premium right, before the issue.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/premium/correct", tag = "guarantees", params(Write), request_body = Correction,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn correct_premium(
    State(office): State<Office>,
    asked: Asked<Correction>,
) -> Result<Written, Problem> {
    let correction = &asked.body;
    office
        .carry_out(&asked, |at| {
            let command = CorrectPremium {
                payer_name: correction.payer_name.0.clone(),
                payer_account: correction.payer_account.0.clone(),
                amount: correction.amount.0,
                paid_at: correction.paid_at,
                reference: correction.reference.clone().map(|reference| reference.0),
                reason: correction.reason.0.clone(),
                at,
            };
            command.into()
        })
        .await
}
