use axum::Json;
use axum::extract::State;
use baohan_ledger::{Error, OpenError};
use baohan_log::Reading;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::asked::Named;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::roles::Role;
use crate::routes::journal::JournalView;
use crate::tokens::Caller;

/// What a reading of a message is called in the record of readings.
const FIELD: &str = "journal/body";

/// A call of a platform and what it said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JournalEntryView {
    /// The entry.
    #[serde(flatten)]
    entry: JournalView,
    /// The message, where it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// The message in base64, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

/// One call with its message. It holds personal data: each reading is recorded before it is answered.
#[utoipa::path(get, path = "/api/v1/journal/{id}", tag = "personal data",
    params(("id" = uuid::Uuid, Path, description = "The entry")),
    responses((status = 200, body = JournalEntryView), (status = 410, description = "Erased", body = ProblemBody),
        (status = "default", body = ProblemBody)))]
pub(crate) async fn journal_entry(
    State(office): State<Office>,
    caller: Caller,
    Named { id }: Named,
) -> Result<Json<JournalEntryView>, Problem> {
    let unknown = || Problem::of(problem::UNKNOWN_JOURNAL_ENTRY, "没有这条通讯记录");
    let record = office.log().journal_entry(id).await?.ok_or_else(unknown)?;
    let erased = || Problem::of(problem::PERSONAL_DATA_ERASED, "报文中的个人信息已被删除");
    if record.entry.body.is_none() && !record.entry.body_sm3.is_empty() {
        return Err(erased());
    }
    office.writable()?;
    let (actor, at) = (caller.name.to_string(), office.ledger().now());
    let aggregate_id = record.entry.aggregate_id.unwrap_or(id);
    let fields = vec![format!("{FIELD}/{id}")];
    office.log().record_reading(Reading { actor, aggregate_id, fields, at }).await?;
    let message = match office.ledger().journal_body(&record.entry).await {
        Err(Error::Envelope(OpenError::Erased(_))) => return Err(erased()),
        message => message?.unwrap_or_default(),
    };
    let (body, body_base64) = match String::from_utf8(message) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
    };
    let entry = JournalView::of(record, caller.roles.has(Role::Operator));
    Ok(Json(JournalEntryView { entry, body, body_base64 }))
}
