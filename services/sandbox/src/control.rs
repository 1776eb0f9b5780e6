use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use baohan_domain::{Money, Terms};
use baohan_wire::{Ask, Platform, ReceivedNotice, SealKey};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::centre::{Section, Told};
use crate::client::{Answer, ClientError};
use crate::misconduct::Misconduct;
use crate::server::Sandbox;

/// What people and tests drive the platform by.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/notices", get(notices))
        .route("/notices/{number}/file", get(file))
        .route("/misconduct", post(misbehave).delete(behave))
        .route("/sections", post(say_of_section))
        .route("/{interface}", post(ask))
}

#[derive(Deserialize)]
struct Which {
    application_no: Option<String>,
}

async fn notices(State(sandbox): State<Sandbox>, Query(which): Query<Which>) -> Json<Vec<Told>> {
    let mut told = sandbox.centre().told();
    if which.application_no.is_some() {
        told.retain(|told| told.application_no == which.application_no);
    }
    Json(told)
}

async fn file(State(sandbox): State<Sandbox>, Path(number): Path<usize>) -> Response {
    let told = sandbox.centre().told().into_iter().find(|told| told.number == number);
    let file = told.and_then(|told| match told.notice {
        ReceivedNotice::Issued(issue) => Some(issue.document),
        ReceivedNotice::Restored { document, .. } => Some(document),
        _ => None,
    });
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let media = if file.starts_with(b"%PDF-") { "application/pdf" } else { "application/ofd" };
    ([(header::CONTENT_TYPE, media)], file).into_response()
}

async fn misbehave(State(sandbox): State<Sandbox>, Json(order): Json<Misconduct>) -> StatusCode {
    if sandbox.misbehave(order) { StatusCode::NO_CONTENT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

async fn behave(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.behave();
    StatusCode::NO_CONTENT
}

async fn say_of_section(State(sandbox): State<Sandbox>, Json(section): Json<Section>) -> StatusCode {
    let is_said = sandbox.centre().say_of_section(section, sandbox.now());
    if is_said { StatusCode::NO_CONTENT } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// What the platform is to ask the institution; each interface takes its own part.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    platform: Option<String>,
    platform_code: Option<String>,
    #[serde(default)]
    application_no: String,
    #[serde(default)]
    guarantee_no: String,
    #[serde(default)]
    terms: Terms,
    /// The section's key: 32 hex digits.
    key: Option<String>,
    opening_at: Option<DateTime<Utc>>,
    amount: Option<Money>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    contact_name: String,
    #[serde(default)]
    contact_phone: String,
    payee_account: Option<String>,
    #[serde(default)]
    attachments: Vec<String>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
}

#[derive(Serialize)]
struct CameBack {
    status: u16,
    code: String,
    message: String,
    body: serde_json::Value,
}

async fn ask(State(sandbox): State<Sandbox>, Path(interface): Path<String>, Json(wish): Json<Wish>) -> Response {
    let Some(platform) = sandbox.platform(wish.platform.as_deref()).cloned() else {
        return (StatusCode::NOT_FOUND, "no such platform").into_response();
    };
    match fulfil(&sandbox, &platform, &interface, &wish).await {
        Ok(Ok(answer)) => {
            let body = serde_json::from_slice(&answer.body).unwrap_or(serde_json::Value::Null);
            Json(CameBack { status: answer.status, code: answer.code, message: answer.message, body }).into_response()
        }
        Ok(Err(error)) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        Err(missing) => (StatusCode::UNPROCESSABLE_ENTITY, missing).into_response(),
    }
}

/// Asks, or says what is missing in the wish.
async fn fulfil(
    sandbox: &Sandbox,
    platform: &Platform,
    interface: &str,
    wish: &Wish,
) -> Result<Result<Answer, ClientError>, &'static str> {
    let (application_no, guarantee_no) = (wish.application_no.as_str(), wish.guarantee_no.as_str());
    let key = wish.key.as_deref().map(|key| SealKey::parse(key).ok_or("key is no key")).transpose()?;
    let ask = match interface {
        "apply" => Ask::Apply { application_no, terms: &wish.terms, key: key.as_ref(), iv: None },
        "restore" => Ask::Restore {
            application_no,
            guarantee_no,
            opening_at: wish.opening_at.ok_or("opening_at is missing")?,
            key: wish.key.as_deref(),
            iv: None,
            plain: None,
        },
        "invoice" => Ask::RequestInvoice {
            application_no,
            guarantee_no,
            buyer_name: wish.terms.applicant_name.as_deref().ok_or("terms.applicant_name is missing")?,
            buyer_code: wish.terms.applicant_code.as_deref().ok_or("terms.applicant_code is missing")?,
            amount: wish.amount.ok_or("amount is missing")?,
            special: None,
            email: None,
            mobile: Some(&wish.contact_phone).filter(|phone| !phone.is_empty()).map(String::as_str),
        },
        "quit" => Ask::RequestQuit { application_no, guarantee_no, reason: &wish.reason },
        "cancel" => Ask::Cancel { application_no, guarantee_no },
        "claim" => Ask::Claim {
            application_no,
            guarantee_no,
            payee_account: wish.payee_account.as_deref(),
            amount: wish.amount,
            attachments: &wish.attachments,
            contact_name: &wish.contact_name,
            contact_phone: &wish.contact_phone,
            reason: Some(wish.reason.as_str()).filter(|reason| !reason.is_empty()),
        },
        "reconcile" => Ask::Reconcile {
            start: wish.start.ok_or("start is missing")?,
            end: wish.end.ok_or("end is missing")?,
        },
        _ => return Err("no such interface"),
    };
    Ok(sandbox.ask(platform, wish.platform_code.as_deref(), &ask, &[]).await)
}
