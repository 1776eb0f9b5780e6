//! Which route asks for which role: one table. The authorisation reads it, the description served as `OpenAPI` repeats it, and
//! `tests/golden/routes_roles.txt` pins it. A route without a row here is answered to nobody.

use crate::roles::Role::{self, Auditor, Finance, Operator, Privacy, Underwriter};

/// A route and who may call it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody who reaches the port: probes and the description of the interface.
    Public,
    /// Whoever has one of these roles.
    Roles(&'static [Role]),
}

const fn row(method: &'static str, path: &'static str, roles: &'static [Role]) -> Row {
    Row { method, path, access: Access::Roles(roles) }
}

const fn public(path: &'static str) -> Row {
    Row { method: "GET", path, access: Access::Public }
}

const EVERYBODY: &[Role] = &Role::ALL;
const READERS: &[Role] = &[Underwriter, Operator, Auditor, Finance];
const DESK: &[Role] = &[Operator, Auditor];
const AUDIT: &[Role] = &[Auditor];

/// Every route.
pub const TABLE: &[Row] = &[
    row("POST", "/api/v1/guarantees/{id}/premium", &[Underwriter]),
    row("POST", "/api/v1/guarantees/{id}/premium/correct", &[Underwriter]),
    row("POST", "/api/v1/guarantees/{id}/issue", &[Underwriter]),
    row("POST", "/api/v1/guarantees/{id}/decline", &[Underwriter]),
    row("POST", "/api/v1/guarantees/{id}/withdraw", &[Underwriter]),
    row("POST", "/api/v1/guarantees/{id}/extend", &[Underwriter]),
    row("POST", "/api/v1/guarantees/{id}/invoice", &[Operator, Finance]),
    row("POST", "/api/v1/guarantees/{id}/invoice/decline", &[Operator, Finance]),
    row("POST", "/api/v1/guarantees/{id}/quit/confirm", &[Operator]),
    row("POST", "/api/v1/guarantees/{id}/quit/refuse", &[Operator]),
    row("POST", "/api/v1/guarantees/{id}/claims/{n}/pay", &[Finance]),
    row("POST", "/api/v1/guarantees/{id}/claims/{n}/refuse", &[Finance]),
    row("POST", "/api/v1/guarantees/{id}/annotations", &[Underwriter, Operator, Finance]),
    row("POST", "/api/v1/notices/{id}/retry", &[Operator]),
    row("GET", "/api/v1/guarantees", EVERYBODY),
    row("GET", "/api/v1/guarantees/{id}", EVERYBODY),
    row("GET", "/api/v1/guarantees/{id}/events", READERS),
    row("GET", "/api/v1/guarantees/{id}/documents/{form}", READERS),
    row("GET", "/api/v1/guarantees/{id}/personal", &[Privacy]),
    row("GET", "/api/v1/events", READERS),
    row("GET", "/api/v1/events/stream", READERS),
    row("GET", "/api/v1/reconciliation", READERS),
    row("GET", "/api/v1/claims", READERS),
    row("GET", "/api/v1/invoices", READERS),
    row("GET", "/api/v1/exposure", READERS),
    row("GET", "/api/v1/sections/exceptions", READERS),
    row("GET", "/api/v1/notices", READERS),
    row("GET", "/api/v1/journal", DESK),
    row("GET", "/api/v1/journal/{id}", &[Privacy]),
    row("GET", "/api/v1/guarantees/{id}/evidence", AUDIT),
    row("GET", "/api/v1/audit/checkpoints", AUDIT),
    row("POST", "/api/v1/audit/checkpoints", AUDIT),
    row("GET", "/api/v1/audit/checkpoints/{number}", AUDIT),
    row("GET", "/api/v1/audit/proof/{id}", AUDIT),
    row("GET", "/api/v1/audit/consistency", AUDIT),
    row("GET", "/api/v1/status", DESK),
    public("/api/v1/openapi.json"),
    public("/healthz"),
    public("/readyz"),
    public("/metrics"),
];

/// The row of a route. HEAD is asked like GET.
#[must_use]
pub fn of(method: &str, path: &str) -> Option<&'static Row> {
    let method = if method == "HEAD" { "GET" } else { method };
    TABLE.iter().find(|row| row.method == method && row.path == path)
}

/// The methods that a path answers.
#[must_use]
pub fn methods(path: &str) -> Vec<&'static str> {
    TABLE.iter().filter(|row| row.path == path).map(|row| row.method).collect()
}
