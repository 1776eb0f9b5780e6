use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::access::{self, Access, Row};
use crate::office::Office;
use crate::problem::{self, Problem};
use crate::roles::Role;
use crate::tokens::Caller;

/// Lets through who may, by the table in [`crate::access`]; what has no row there is let through to nobody.
pub(crate) async fn authorise(State(office): State<Office>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let path = route.as_ref().map_or("", MatchedPath::as_str);
    let row = access::of(request.method().as_str(), path);
    let mut response = match admitted(&office, row, request.headers(), path) {
        Err(refused) => refused.into_response(),
        Ok(None) => next.run(request).await,
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller.clone());
            let mut response = next.run(request).await;
            response.extensions_mut().insert(caller);
            response
        }
    };
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Why somebody is not let through.
enum Refused {
    /// There is no such route, or it does not take the method.
    NoRoute(String),
    /// Nobody knows the token.
    Unknown,
    /// The caller has none of the roles.
    NoRight(Caller, &'static [Role]),
}

fn admitted(
    office: &Office,
    row: Option<&'static Row>,
    headers: &HeaderMap,
    path: &str,
) -> Result<Option<Caller>, Refused> {
    let Some(row) = row else { return Err(Refused::NoRoute(path.to_owned())) };
    let Access::Roles(roles) = row.access else { return Ok(None) };
    let caller = bearer(headers).and_then(|token| office.tokens().bearer(token)).ok_or(Refused::Unknown)?;
    if caller.roles.has_any(roles) { Ok(Some(caller)) } else { Err(Refused::NoRight(caller, roles)) }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NoRoute(path) => no_such_method(&path),
            Self::Unknown => Problem::of(problem::UNAUTHENTICATED, "请求未携带有效的令牌").into_response(),
            Self::NoRight(caller, roles) => {
                let wanted: Vec<_> = roles.iter().map(|role| role.name()).collect();
                let detail = format!("此操作需要以下角色之一：{}", wanted.join("、"));
                let mut response = Problem::of(problem::FORBIDDEN, detail).into_response();
                response.extensions_mut().insert(caller);
                response
            }
        }
    }
}

/// The token of `Authorization: Bearer …`; the scheme's case counts for nothing (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn no_such_method(path: &str) -> Response {
    let methods = access::methods(path);
    if methods.is_empty() {
        return Problem::of(problem::NO_SUCH_ROUTE, "没有这个地址").into_response();
    }
    let allowed = methods.join(", ");
    let mut response =
        Problem::of(problem::METHOD_NOT_ALLOWED, format!("此地址只接受 {allowed}")).into_response();
    if let Ok(value) = HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
