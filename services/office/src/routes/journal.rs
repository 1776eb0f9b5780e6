use axum::Json;
use axum::extract::State;
use baohan_log::{JournalFilter, JournalRecord};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::list::Listed;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given};
use crate::roles::Role;
use crate::tokens::Caller;

/// How many entries where nobody says; the log bounds what is asked for.
const LIMIT_DEFAULT: usize = 100;
/// The part of a diagnosis that repeats what the call said.
const HASHED_TEXT: &str = "hashed_text";

/// Which entries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The platform's key, as the call said it.
    #[serde(default, deserialize_with = "given")]
    platform: Option<String>,
    /// The interface that was called.
    #[serde(default, deserialize_with = "given")]
    interface: Option<String>,
    /// What became of it: `accepted`, `repeat`, or why not.
    #[serde(default, deserialize_with = "given")]
    outcome: Option<String>,
    /// The application number.
    #[serde(default, deserialize_with = "given")]
    application_no: Option<String>,
    /// How many at most, up to 500; 100 if nobody says.
    #[serde(default, deserialize_with = "given")]
    limit: Option<usize>,
    /// Where the page before ended.
    #[serde(default, deserialize_with = "given")]
    cursor: Option<String>,
}

/// A call of a platform, without what it said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JournalView {
    /// The entry's id.
    id: Uuid,
    /// Its number, in the order of storing.
    number: u64,
    /// When the call came.
    received_at: DateTime<Utc>,
    /// The platform's key, as the call said it.
    platform: Option<String>,
    /// The interface that was called.
    interface: String,
    /// The application number.
    application_no: Option<String>,
    /// The guarantee, where it is known.
    guarantee_id: Option<Uuid>,
    /// What became of it.
    outcome: String,
    /// The code in the answer.
    code: Option<String>,
    /// The message in the answer.
    message: Option<String>,
    /// What would have been right.
    #[schema(value_type = Option<Object>)]
    diagnosis: Option<Value>,
    /// What was unusual.
    #[schema(value_type = Option<Object>)]
    marks: Option<Value>,
    /// SM3 over the message; it outlives the body.
    body_sm3: String,
    /// How long the stored body is in bytes; null: there was none, or it was erased.
    body_bytes: Option<u64>,
    /// How long the call took, in microseconds.
    duration_us: u64,
    /// From where it came.
    remote: Option<String>,
    /// Ties together what one call brought about.
    correlation_id: Option<Uuid>,
}

/// Calls of platforms, the newest first. What they said is read one by one, since it holds personal data.
#[utoipa::path(get, path = "/api/v1/journal", tag = "journal", params(Wanted),
    responses((status = 200, body = Listed<JournalView>), (status = "default", body = ProblemBody)))]
pub(crate) async fn journal(
    State(office): State<Office>,
    caller: Caller,
    Filter(wanted): Filter<Wanted>,
) -> Result<Json<Listed<JournalView>>, Problem> {
    let unknown = |_| Problem::of(problem::INVALID_CURSOR, "游标不属于此列表，请从第一页重新查询");
    let filter = JournalFilter {
        platform: wanted.platform,
        interface: wanted.interface,
        outcome: wanted.outcome,
        application_no: wanted.application_no,
        before: wanted.cursor.map(|cursor| cursor.parse().map_err(unknown)).transpose()?,
        limit: wanted.limit.unwrap_or(LIMIT_DEFAULT).max(1),
    };
    let page = office.log().journal(&filter).await?;
    let sees_values = caller.roles.has(Role::Operator);
    let items = page.records.into_iter().map(|record| JournalView::of(record, sees_values)).collect();
    Ok(Json(Listed { items, next_cursor: page.next.map(|next| next.to_string()) }))
}

impl JournalView {
    /// A text that was hashed can hold values of a section before its opening.
    pub(crate) fn of(record: JournalRecord, sees_values: bool) -> Self {
        let entry = record.entry;
        let mut diagnosis: Option<Value> = entry.diagnosis.map(told);
        if let Some(fields) = diagnosis.as_mut().and_then(Value::as_object_mut)
            && !sees_values
        {
            fields.remove(HASHED_TEXT);
        }
        Self {
            id: entry.id,
            number: record.number,
            received_at: entry.received_at,
            platform: entry.platform,
            interface: entry.interface,
            application_no: entry.application_no,
            guarantee_id: entry.aggregate_id,
            outcome: entry.outcome,
            code: entry.code,
            message: entry.message,
            diagnosis,
            marks: entry.marks.map(told),
            body_sm3: entry.body_sm3,
            body_bytes: record.body_bytes,
            duration_us: entry.duration_us,
            remote: entry.remote,
            correlation_id: entry.correlation_id,
        }
    }
}

/// The log keeps JSON as text; what is none is shown as the text that it is.
fn told(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
