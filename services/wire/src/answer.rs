//! Our answers, and the platform's in the sandbox: `code`, `message`, and `data` where there is any.

use baohan_domain::{Money, Rate};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::dialect::{Dialect, RateForm, ReplyCode};
use crate::notice::rate_text;
use crate::platform::Platform;
use crate::times::format_time;

/// What an answer carries beside its code and message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerData<'a> {
    /// Nothing.
    None,
    /// checkbaohanlist: the guarantees of the days asked for.
    Reconciliation(&'a [ReconciliationRow]),
}

/// One guarantee of a reconciliation (specification 3.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconciliationRow {
    /// The platform's number.
    pub application_no: String,
    /// Our number.
    pub guarantee_no: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The premium's rate, as in the notice.
    pub rate: Rate,
    /// The premium, as in the notice.
    pub premium: Money,
    /// Whether it was quit.
    pub is_quit: bool,
}

/// The body of an answer: `code` 1 or 0, in the form that the platform wants. `platform` is none where the caller could
/// not be named.
#[must_use]
pub fn answer(platform: Option<&Platform>, is_ok: bool, message: &str, data: AnswerData<'_>) -> Vec<u8> {
    let standard = Dialect::default();
    let dialect = platform.map_or(&standard, |platform| &platform.dialect);
    let data = match data {
        AnswerData::None => None,
        AnswerData::Reconciliation(rows) => {
            Some(Data::Reconciliation { rows: rows.iter().map(|row| Row::of(row, dialect.rate)).collect() })
        }
    };
    write(dialect.reply_code, if is_ok { "1" } else { "0" }, message, data)
}

/// Writes an answer of either side.
pub(crate) fn write(form: ReplyCode, code: &str, message: &str, data: Option<impl Serialize>) -> Vec<u8> {
    let code = match (form, code.parse::<i64>()) {
        (ReplyCode::Number, Ok(number)) => Code::Number(number),
        _ => Code::Text(code),
    };
    // Texts and numbers under text keys can always be written as JSON.
    serde_json::to_vec(&Answer { code, message, data }).unwrap_or_default()
}

#[derive(Serialize)]
struct Answer<'a, D: Serialize> {
    code: Code<'a>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<D>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Code<'a> {
    Text(&'a str),
    Number(i64),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Reconciliation {
        #[serde(rename = "baohanlist")]
        rows: Vec<Row<'a>>,
    },
}

#[derive(Serialize)]
struct Row<'a> {
    applyno: &'a str,
    baohanno: &'a str,
    generatetime: String,
    rate: String,
    cost: String,
    status: &'static str,
}

impl<'a> Row<'a> {
    fn of(row: &'a ReconciliationRow, rate: RateForm) -> Self {
        Self {
            applyno: &row.application_no,
            baohanno: &row.guarantee_no,
            generatetime: format_time(row.issued_at),
            rate: rate_text(row.rate, rate),
            cost: row.premium.to_string(),
            status: if row.is_quit { "1" } else { "0" },
        }
    }
}
