use axum::extract::State;
use baohan_domain::command::Extend;
use baohan_projections::GuaranteeView;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// Until when.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    /// The new last day in force, in China.
    valid_until: NaiveDate,
}

impl Content for Extension {}

/// Extends the validity to a later day.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/extend", tag = "guarantees", params(Write), request_body = Extension,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn extend(
    State(office): State<Office>,
    asked: Asked<Extension>,
) -> Result<Written, Problem> {
    office.carry_out(&asked, |at| Extend { valid_until: asked.body.valid_until, at }.into()).await
}
