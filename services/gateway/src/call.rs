//! A call from its first byte to its answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use baohan_ledger::{Context, Severity};
use baohan_wire::{AnswerData, Call, Platform, Receipt, receive, receive_undiagnosed};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::address::Address;
use crate::answer::{protocol, refusal};
use crate::body::{self, NoBody};
use crate::gateway::Desk;
use crate::interfaces::{self, Answered, Caller};
use crate::journal::{self, NOT_OPEN, shown};
use crate::measures;
use crate::options::CALL_TIME;
use crate::server::Remote;
use crate::trace::trace_id;
use crate::verdict::{UNAVAILABLE, Verdict};

const UNKNOWN_PATH: &str = "无此接口";
const POST_ONLY: &str = "仅支持 POST";
const NOT_READY: &str = "系统尚未就绪，请稍后重试";
const TOO_BUSY: &str = "系统繁忙，请稍后重试";
const TOO_MANY: &str = "请求过于频繁，请稍后重试";
const TOO_LARGE: &str = "报文超过长度上限";
const TOO_SLOW: &str = "报文接收超时";
const TIMED_OUT: &str = "处理超时，结果未知，请以相同报文重试";

/// A call whose body is there.
pub(crate) struct Arrived<'a> {
    pub address: Address<'a>,
    pub body: Bytes,
    pub at: DateTime<Utc>,
    pub started: Instant,
    /// The journal entry's, and what ties together what the call brings about.
    pub id: Uuid,
    pub trace_id: Option<String>,
    pub remote: Option<SocketAddr>,
}

/// `POST /{path_prefix/}{interface}`.
pub(crate) async fn handle(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let Some(address) = Address::read(parts.uri.path(), &desk.directory) else {
        return refusal(StatusCode::NOT_FOUND, None, UNKNOWN_PATH);
    };
    if parts.method != Method::POST {
        let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, None, POST_ONLY);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let (response, kind) = take(&desk, address, &parts, body, started).await;
    measures::called(address.interface, kind, started.elapsed());
    response
}

/// Takes a call within the limits; answers the outcome's kind beside.
async fn take(
    desk: &Desk,
    address: Address<'_>,
    parts: &Parts,
    body: Body,
    started: Instant,
) -> (Response, &'static str) {
    let turned_away = |message| (refusal(StatusCode::SERVICE_UNAVAILABLE, None, message), "turned-away");
    if !desk.readiness.is_ready() {
        return turned_away(NOT_READY);
    }
    let Ok(_permit) = desk.calls.try_acquire() else { return turned_away(TOO_BUSY) };
    let remote = parts.extensions.get::<Remote>().map(|remote| remote.0);
    let body = match body::read(body, desk.options.body_bytes_max).await {
        Ok(body) => body,
        Err(no_body) => return without_body(desk, address, no_body, remote).await,
    };
    let trace_id = trace_id(&parts.headers);
    let (id, at) = (desk.ledger.new_id(), desk.ledger.now());
    let arrived = Arrived { address, body, at, started, id, trace_id, remote };
    if let Ok(answered) = tokio::time::timeout(CALL_TIME, answer(desk, arrived)).await {
        return answered;
    }
    let interface = address.interface;
    tracing::error!(%interface, "a call of {interface} was not answered within {} s", CALL_TIME.as_secs());
    (refusal(StatusCode::SERVICE_UNAVAILABLE, None, TIMED_OUT), UNAVAILABLE)
}

async fn without_body(
    desk: &Desk,
    address: Address<'_>,
    no_body: NoBody,
    remote: Option<SocketAddr>,
) -> (Response, &'static str) {
    let (status, message) = match no_body {
        NoBody::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE),
        NoBody::TooSlow | NoBody::Broken => {
            return (refusal(StatusCode::REQUEST_TIMEOUT, None, TOO_SLOW), "fault");
        }
    };
    if !desk.rates.admits_stranger() {
        return (refusal(StatusCode::TOO_MANY_REQUESTS, None, TOO_MANY), "throttled");
    }
    journal::keep_without_body(desk, address.interface, message, remote).await;
    (refusal(status, None, message), "fault")
}

async fn answer(desk: &Desk, arrived: Arrived<'_>) -> (Response, &'static str) {
    let Address { path_prefix, interface } = arrived.address;
    let receive = if desk.rates.lets_diagnose() { receive } else { receive_undiagnosed };
    let receipt = receive(&desk.directory, path_prefix, interface.name(), &arrived.body, arrived.at);
    let platform = receipt.platform.clone();
    let signed_by = platform.as_ref().filter(|_| receipt.is_signed).map(|platform| platform.appkey.as_str());
    let is_admitted = match signed_by {
        Some(appkey) => desk.rates.admits(appkey),
        None => desk.rates.admits_stranger(),
    };
    if !is_admitted {
        let (appkey, application_no) =
            (shown(receipt.appkey.as_deref()), shown(receipt.application_no.as_deref()));
        tracing::debug!(%interface, platform = %appkey, %application_no, "{interface} {application_no}: throttled");
        return (refusal(StatusCode::TOO_MANY_REQUESTS, platform.as_deref(), TOO_MANY), "throttled");
    }
    let (verdict, status) = match (&receipt.result, &platform) {
        (Ok(call), Some(platform)) => (carry_out(desk, &arrived, &receipt, platform, call).await, None),
        // No call passes the checks without a platform; were there one, it would be a stranger's.
        (Ok(_), None) => (turn_down(desk, &arrived, &receipt, Verdict::of_stranger()).await, None),
        (Err(fault), _) => {
            (turn_down(desk, &arrived, &receipt, Verdict::of_fault(fault)).await, fault.http_status)
        }
    };
    if let Some(appkey) = signed_by
        && verdict.outcome == NOT_OPEN
    {
        desk.rates.gives_back(appkey);
    }
    tell(&arrived, &receipt, &verdict);
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let response = match (status, &verdict.rows) {
        (Some(status), _) => refusal(status, platform.as_deref(), &verdict.message),
        (None, Some(rows)) => {
            let data = AnswerData::Reconciliation(rows);
            protocol(platform.as_deref(), verdict.is_ok, &verdict.message, data)
        }
        (None, None) => protocol(platform.as_deref(), verdict.is_ok, &verdict.message, AnswerData::None),
    };
    (response, verdict.kind)
}

/// A call that passed the wire's checks.
async fn carry_out(
    desk: &Desk,
    arrived: &Arrived<'_>,
    receipt: &Receipt,
    platform: &Arc<Platform>,
    call: &Call,
) -> Verdict {
    let interface = arrived.address.interface;
    let mut entry = journal::entry(arrived, receipt);
    let context = Context {
        trace_id: arrived.trace_id.clone(),
        journal: Some(journal::told(entry.clone(), arrived, &Verdict::taken())),
        ..Context::of(format!("platform:{}", platform.appkey), arrived.id)
    };
    let platform_code = receipt.platform_code.clone();
    let caller = Caller { platform: Arc::clone(platform), platform_code, context, at: arrived.at };
    let answered = interfaces::answer(desk, caller, call, &mut entry.aggregate_id).await;
    let verdict = match answered {
        // The entry was written with the events.
        Ok(Answered::Changed) => return Verdict::taken(),
        Ok(answered) => Verdict::of_answered(answered),
        Err(failure) => {
            let verdict = Verdict::of_failure(&failure, interface);
            if verdict.kind == UNAVAILABLE {
                let error: &dyn std::error::Error = &failure;
                tracing::warn!(error, %interface, "{interface} cannot be carried out now");
            }
            verdict
        }
    };
    journal::keep(desk, arrived, entry, &verdict).await;
    verdict
}

/// A message that did not.
async fn turn_down(desk: &Desk, arrived: &Arrived<'_>, receipt: &Receipt, verdict: Verdict) -> Verdict {
    journal::keep(desk, arrived, journal::entry(arrived, receipt), &verdict).await;
    verdict
}

/// One line a call; the application's number both in the message and as a field.
fn tell(arrived: &Arrived<'_>, receipt: &Receipt, verdict: &Verdict) {
    let interface = arrived.address.interface;
    let application_no = shown(receipt.application_no.as_deref());
    let platform = shown(receipt.appkey.as_deref());
    let (outcome, journal) = (verdict.outcome, arrived.id);
    if !verdict.is_ok {
        measures::refused(interface, outcome);
    }
    match verdict.severity {
        Severity::Info => {
            tracing::info!(%interface, %platform, %application_no, outcome, %journal, "{interface} {application_no}: {outcome}");
        }
        Severity::Warning => {
            tracing::warn!(%interface, %platform, %application_no, outcome, %journal, "{interface} {application_no}: {outcome}");
        }
        Severity::Error => {
            tracing::error!(%interface, %platform, %application_no, outcome, %journal, "{interface} {application_no}: {outcome}");
        }
    }
}
