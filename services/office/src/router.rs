use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi as _;

use crate::authorisation::authorise;
use crate::call::{attend, panicked};
use crate::description::{Description, secured};
use crate::office::{Office, Setup};
use crate::problem::{self, Problem};
use crate::routes;

/// The office's whole HTTP interface.
pub fn router(setup: Setup) -> Router {
    let (routes, described) = routes::all().split_for_parts();
    let mut description = Description::openapi();
    description.merge(described);
    let office = Office::new(setup, secured(description).to_json().unwrap_or_default());
    routes
        .route_layer(from_fn_with_state(office.clone(), authorise))
        .fallback(no_such_route)
        // Each route bounds its body itself.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(office.clone(), attend))
        .with_state(office)
}

/// The description of the interface (`OpenAPI` 3.1), as JSON.
///
/// # Errors
/// When it cannot be written.
pub fn description() -> Result<String, serde_json::Error> {
    let (_, described) = routes::all().split_for_parts();
    let mut description = Description::openapi();
    description.merge(described);
    secured(description).to_pretty_json()
}

async fn no_such_route() -> Response {
    Problem::of(problem::NO_SUCH_ROUTE, "没有这个地址").into_response()
}
