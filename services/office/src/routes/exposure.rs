use axum::Json;
use axum::extract::State;
use baohan_projections::exposure::{Exposure, ExposureRow, Total};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::query::{Filter, given};

/// Whose.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The platform's key; absent: all together.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
}

/// What the institution stands for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standing {
    /// Per platform and status.
    items: Vec<ExposureRow>,
    /// There are few rows: always null.
    next_cursor: Option<String>,
    /// All that is in force.
    in_force: Total,
}

/// What the institution stands for, per platform and status.
#[utoipa::path(get, path = "/api/v1/exposure", tag = "books", params(Of),
    responses((status = 200, body = Standing), (status = "default", body = ProblemBody)))]
pub(crate) async fn exposure(
    State(office): State<Office>,
    Filter(of): Filter<Of>,
) -> Result<Json<Standing>, Problem> {
    office.fresh().await;
    let Exposure { in_force, rows } = office.projections().exposure(of.platform.as_deref()).await?;
    Ok(Json(Standing { items: rows, next_cursor: None, in_force }))
}
