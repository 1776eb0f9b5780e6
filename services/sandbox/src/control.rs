//! What people and tests drive the platform by: `/sandbox/…`.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use baohan_wire::{Interface, Platform, ReconciliationRow, Secret, ask_body, parse_reconciliation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{Answer, ClientError};
use crate::file::media_type;
use crate::happening::Happening;
use crate::misconduct::Misconduct;
use crate::sandbox::{Sandbox, application_of};
use crate::section::Section;
use crate::told::Told;
use crate::wish::Wish;

/// How many notices one answer shows, where nothing else is asked for.
const NOTICES_SHOWN: usize = 1_000;
/// Signs nothing that anybody has agreed.
const WRONG_SECRET: &str = "no secret that was ever agreed";

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/", get(overview))
        .route("/calls", get(calls))
        .route("/notices", get(notices))
        .route("/notices/{number}/file", get(file))
        .route("/misconduct", get(orders).post(misbehave).delete(behave))
        .route("/sections", post(say_of_section))
        .route("/{action}", post(ask))
}

async fn overview(State(sandbox): State<Sandbox>) -> Json<Value> {
    let served = Interface::ALL.into_iter().filter(|interface| !interface.served_by_institution());
    let platforms: Vec<_> = sandbox
        .platforms()
        .iter()
        .map(|platform| {
            let view = platform.for_centre(None);
            let at = served.clone().map(|interface| (interface.name(), view.url(interface)));
            let centres: Vec<_> = platform.centres.iter().map(|centre| &centre.platform_code).collect();
            json!({
                "platform": platform.appkey,
                "name": platform.name,
                "platform_codes": centres,
                "interfaces": at.collect::<std::collections::BTreeMap<_, _>>(),
            })
        })
        .collect();
    Json(json!({
        "platforms": platforms,
        "institution": sandbox.institution_url(),
        "misconduct": sandbox.orders().open(),
    }))
}

async fn calls(State(sandbox): State<Sandbox>) -> Json<Vec<Happening>> {
    Json(sandbox.recent().all())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    application_no: Option<String>,
    after: Option<usize>,
    limit: Option<usize>,
}

async fn notices(State(sandbox): State<Sandbox>, Query(which): Query<Which>) -> Json<Vec<Told>> {
    let limit = which.limit.unwrap_or(NOTICES_SHOWN);
    Json(sandbox.centre().newest(which.application_no.as_deref(), which.after, limit))
}

async fn file(State(sandbox): State<Sandbox>, Path(number): Path<usize>) -> Response {
    let Some(file) = sandbox.centre().numbered(number).and_then(|told| told.file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    ([(header::CONTENT_TYPE, media_type(&file))], file).into_response()
}

async fn orders(State(sandbox): State<Sandbox>) -> Json<Vec<Misconduct>> {
    Json(sandbox.orders().open())
}

async fn misbehave(State(sandbox): State<Sandbox>, Json(order): Json<Misconduct>) -> StatusCode {
    taken(sandbox.misbehave(order))
}

async fn behave(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.behave();
    StatusCode::NO_CONTENT
}

async fn say_of_section(State(sandbox): State<Sandbox>, Json(section): Json<Section>) -> StatusCode {
    taken(sandbox.centre().say_of_section(section, sandbox.now()))
}

fn taken(is_taken: bool) -> StatusCode {
    if is_taken { StatusCode::NO_CONTENT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// What the institution answered.
#[derive(Serialize)]
struct CameBack {
    status: u16,
    code: String,
    message: String,
    /// The answer as it came.
    body: Value,
    /// The guarantees of a reconciliation.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Row>>,
    /// Why an answer that should hold a list holds none.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
}

#[derive(Serialize)]
struct Row {
    application_no: String,
    guarantee_no: String,
    issued_at: chrono::DateTime<chrono::Utc>,
    rate: String,
    premium: String,
    is_quit: bool,
}

async fn ask(State(sandbox): State<Sandbox>, Path(action): Path<String>, Json(wish): Json<Wish>) -> Response {
    let Some(platform) = sandbox.platform(wish.platform.as_deref()).cloned() else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "platform names none that is played here").into_response();
    };
    match fulfil(&sandbox, &platform, &action, &wish).await {
        Ok(Ok(answer)) => Json(CameBack::of(answer, &platform, &action)).into_response(),
        Ok(Err(error)) => (StatusCode::BAD_GATEWAY, chain(&error)).into_response(),
        Err(missing) => (StatusCode::UNPROCESSABLE_ENTITY, missing).into_response(),
    }
}

/// Asks, or says what is missing in the wish.
async fn fulfil(
    sandbox: &Sandbox,
    platform: &Platform,
    action: &str,
    wish: &Wish,
) -> Result<Result<Answer, ClientError>, &'static str> {
    let keys = wish.keys(platform)?;
    let ask = wish.ask(action, platform, &keys)?;
    let extra: Vec<_> = wish.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let code = wish.platform_code.as_deref();
    if !wish.wrongly_signed {
        return Ok(sandbox.ask(platform, code, &ask, &extra).await);
    }
    let stranger = Platform { secret: Secret::new(WRONG_SECRET), centres: Vec::new(), ..platform.clone() };
    let body = ask_body(&stranger, code, &ask, &extra, sandbox.now());
    Ok(sandbox.send(platform, ask.interface(), application_of(&ask).unwrap_or_default(), body).await)
}

impl CameBack {
    fn of(answer: Answer, platform: &Platform, action: &str) -> Self {
        let body = answer.json();
        let list = (action == "reconcile" && answer.is_success())
            .then(|| parse_reconciliation(platform, &answer.body).map_err(|fault| fault.to_string()));
        let (rows, trouble) = match list {
            Some(Ok(rows)) => (Some(rows.into_iter().map(Row::of).collect()), None),
            Some(Err(trouble)) => (None, Some(trouble)),
            None => (None, None),
        };
        Self { status: answer.status, code: answer.code, message: answer.message, body, rows, trouble }
    }
}

impl Row {
    fn of(row: ReconciliationRow) -> Self {
        Self {
            application_no: row.application_no,
            guarantee_no: row.guarantee_no,
            issued_at: row.issued_at,
            rate: row.rate.to_string(),
            premium: row.premium.to_string(),
            is_quit: row.is_quit,
        }
    }
}

/// An error and what is behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        line.push_str(": ");
        line.push_str(&inner.to_string());
        source = inner.source();
    }
    line
}
