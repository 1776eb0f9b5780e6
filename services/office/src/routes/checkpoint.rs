use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::asked::CheckpointNo;
use crate::checkpoints::{CheckpointView, unknown_checkpoint};
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given};

/// How it is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `json`, or `note`: the signed note alone, as it is kept in a file and verified.
    #[serde(default, deserialize_with = "given")]
    format: Option<String>,
}

/// One signed checkpoint with its co-signatures.
#[utoipa::path(get, path = "/api/v1/audit/checkpoints/{number}", tag = "audit",
    params(("number" = u64, Path, description = "Its number"), Wanted),
    responses((status = 200, content((CheckpointView = "application/json"), (String = "text/plain"))),
        (status = "default", body = ProblemBody)))]
pub(crate) async fn checkpoint(
    State(office): State<Office>,
    CheckpointNo(number): CheckpointNo,
    Filter(wanted): Filter<Wanted>,
) -> Result<Response, Problem> {
    let kept = office.log().kept_checkpoint(number).await?.ok_or_else(unknown_checkpoint)?;
    let signed = office.signed(&kept).await?;
    match wanted.format.as_deref() {
        None | Some("json") => Ok(Json(office.seen_checkpoint(&signed)).into_response()),
        Some("note") => {
            Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], signed.note()).into_response())
        }
        Some(other) => {
            Err(Problem::of(problem::INVALID_QUERY, format!("没有格式 {other}：只有 json 与 note")))
        }
    }
}
