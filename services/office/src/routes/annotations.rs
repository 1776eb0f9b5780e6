use axum::extract::State;
use baohan_domain::command::Annotate;
use baohan_projections::GuaranteeView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::lexical::Prose;
use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// A remark.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Annotation {
    /// The remark; it is read by auditors and holds no personal data.
    #[schema(value_type = String, max_length = 2000)]
    text: Prose<2000>,
}

impl Content for Annotation {}

/// Adds a remark for the audit trail.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/annotations", tag = "guarantees", params(Write), request_body = Annotation,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn annotate(
    State(office): State<Office>,
    asked: Asked<Annotation>,
) -> Result<Written, Problem> {
    // Two callers may choose the same key without meaning the same remark.
    let key = asked.key.as_ref().map(|key| format!("{}/{}", asked.caller.name, key.given));
    let command = |at| Annotate { text: asked.body.text.0.clone(), idempotency_key: key.clone(), at }.into();
    office.carry_out(&asked, command).await
}
