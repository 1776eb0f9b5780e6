use axum::Json;
use axum::extract::State;
use baohan_projections::GuaranteeView;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::asked::Named;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, moment};
use crate::routes::parameters::OfAGuarantee;
use crate::tokens::Caller;
use crate::view::Then;

/// When.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOf {
    /// As the ledger knew it at this moment (RFC 3339); absent: now.
    #[serde(default, deserialize_with = "moment")]
    as_of: Option<DateTime<Utc>>,
}

/// A guarantee, read from the ledger itself, so that it shows every write that was answered.
#[utoipa::path(get, path = "/api/v1/guarantees/{id}", tag = "guarantees", params(OfAGuarantee, AsOf),
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn guarantee(
    State(office): State<Office>,
    caller: Caller,
    Named { id }: Named,
    Filter(AsOf { as_of }): Filter<AsOf>,
) -> Result<Json<GuaranteeView>, Problem> {
    let id = id.into();
    let history = office.known(id).await?;
    let Some(at) = as_of else { return office.view(&caller, id, &history).map(Json) };
    let then = Then::at(&history, |recorded| recorded.stored.recorded_at <= at);
    if then.version() == 0 {
        return Err(Problem::of(problem::UNKNOWN_GUARANTEE, "该时间点尚无这笔业务"));
    }
    office.view_then(&caller, id, &then).map(Json)
}
