//! The description of the interface, made from the routes; who may call what is added from the table of access.

use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};

use crate::access::{self, Access};

/// The name of the scheme in the description.
const SCHEME: &str = "bearer";

/// What stands above the routes.
#[derive(OpenApi)]
#[openapi(info(
    title = "baohan office",
    description = "Command and read interface of the ledger of bid guarantees. Amounts are yuan as texts with two places; times are \
        RFC 3339; days are days in China. Errors are application/problem+json with a stable code."
))]
pub(crate) struct Description;

/// Adds who may call what.
pub(crate) fn secured(mut description: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    description.components.get_or_insert_default().add_security_scheme(SCHEME, bearer);
    for (path, item) in &mut description.paths.paths {
        let get = item.get.as_mut().map(|operation| ("GET", operation));
        let post = item.post.as_mut().map(|operation| ("POST", operation));
        for (method, operation) in [get, post].into_iter().flatten() {
            tell_access(method, path, operation);
        }
    }
    description
}

fn tell_access(method: &str, path: &str, operation: &mut Operation) {
    let Some(Access::Roles(roles)) = access::of(method, path).map(|row| row.access) else { return };
    let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
    operation.security = Some(vec![SecurityRequirement::new(SCHEME, Vec::<String>::new())]);
    let described = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{described}\n\nRoles: {}.", names.join(", ")).trim().to_owned());
}
