use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::office::Office;

/// This description, made from the code.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "running", responses((status = 200, description = "OpenAPI 3.1")))]
pub(crate) async fn openapi(State(office): State<Office>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], office.description().to_owned()).into_response()
}
