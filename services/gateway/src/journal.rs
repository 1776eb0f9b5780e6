//! The journal entry of a call.

use std::borrow::Cow;
use std::net::SocketAddr;

use baohan_log::JournalEntry;
use baohan_wire::{Fault, Interface, Mark, Receipt};
use serde_json::json;
use uuid::Uuid;

use crate::call::Arrived;
use crate::gateway::Desk;
use crate::measures;
use crate::verdict::Verdict;

/// The outcome of a call that asked for what was done before.
pub(crate) const REPEAT: &str = "repeat";
/// The outcome of a question.
pub(crate) const ANSWERED: &str = "answered";
/// The outcome of a restore of what is not in force: daily business, since projects are restored in one loop.
pub(crate) const NOT_OPEN: &str = "not-open";
/// The outcome of a call whose body was over the limit.
pub(crate) const BODY_TOO_LARGE: &str = "body-too-large";

/// The entry of a call, with all that is known before it is answered. The ledger seals its body.
pub(crate) fn entry(arrived: &Arrived<'_>, receipt: &Receipt) -> JournalEntry {
    JournalEntry {
        id: arrived.id,
        received_at: arrived.at,
        platform: receipt.appkey.as_deref().map(printable),
        interface: arrived.address.interface.name().to_owned(),
        application_no: receipt.application_no.as_deref().map(printable),
        aggregate_id: guarantee(receipt),
        diagnosis: receipt.result.as_ref().err().and_then(diagnosis),
        marks: (!receipt.marks.is_empty()).then(|| marks(&receipt.marks)),
        body: Some(arrived.body.clone()),
        body_sm3: receipt.raw_sm3.clone(),
        remote: arrived.remote.map(|remote| remote.to_string()),
        correlation_id: Some(arrived.id),
        ..JournalEntry::default()
    }
}

/// Writes the entry of a call that brought no event. Where even that fails, the call is answered all the same, since
/// nothing has changed; it is counted.
pub(crate) async fn keep(desk: &Desk, arrived: &Arrived<'_>, entry: JournalEntry, verdict: &Verdict) {
    write(desk, arrived.address.interface, told(entry, arrived, verdict)).await;
}

/// Writes the entry of a call whose body is over the limit: what it says is not known.
pub(crate) async fn keep_without_body(
    desk: &Desk,
    interface: Interface,
    message: &str,
    remote: Option<SocketAddr>,
) {
    let id = desk.ledger.new_id();
    let entry = JournalEntry {
        id,
        received_at: desk.ledger.now(),
        interface: interface.name().to_owned(),
        outcome: BODY_TOO_LARGE.to_owned(),
        code: Some("0".to_owned()),
        message: Some(message.to_owned()),
        remote: remote.map(|remote| remote.to_string()),
        correlation_id: Some(id),
        ..JournalEntry::default()
    };
    write(desk, interface, entry).await;
}

async fn write(desk: &Desk, interface: Interface, entry: JournalEntry) {
    if let Err(error) = desk.ledger.record(entry).await {
        measures::unjournalled(interface);
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, %interface, "a call of {interface} could not be written to the journal");
    }
}

/// The entry with what was answered.
pub(crate) fn told(entry: JournalEntry, arrived: &Arrived<'_>, verdict: &Verdict) -> JournalEntry {
    JournalEntry {
        outcome: verdict.outcome.to_owned(),
        code: Some(if verdict.is_ok { "1" } else { "0" }.to_owned()),
        message: Some(verdict.message.clone().into_owned()),
        duration_us: u64::try_from(arrived.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        ..entry
    }
}

/// The guarantee that a call speaks of, as far as its numbers tell: so that the bodies of refused calls are erased with it.
fn guarantee(receipt: &Receipt) -> Option<Uuid> {
    let platform = receipt.platform.as_ref()?;
    let application_no = baohan_domain::ApplicationNo::new(receipt.application_no.clone()?).ok()?;
    let code = receipt.platform_code.as_deref();
    Some(baohan_domain::GuaranteeId::of(&platform.appkey, code, &application_no).uuid())
}

fn diagnosis(fault: &Fault) -> Option<String> {
    fault.diagnosis.as_ref().and_then(|diagnosis| serde_json::to_string(diagnosis).ok())
}

fn marks(marks: &[Mark]) -> String {
    let marks: Vec<_> = marks
        .iter()
        .map(|mark| json!({"code": mark.code.as_str(), "field": printable(&mark.field)}))
        .collect();
    serde_json::Value::from(marks).to_string()
}

/// A text of a stranger's as it may stand in a log line: no line breaks, no escapes of terminals.
pub(crate) fn printable(text: &str) -> String {
    if text.chars().any(char::is_control) {
        text.replace(char::is_control, "\u{fffd}")
    } else {
        text.to_owned()
    }
}

/// As [`printable`], for a text that mostly is.
pub(crate) fn shown(text: Option<&str>) -> Cow<'_, str> {
    match text {
        None => Cow::Borrowed("-"),
        Some(text) if text.chars().any(char::is_control) => Cow::Owned(printable(text)),
        Some(text) => Cow::Borrowed(text),
    }
}
