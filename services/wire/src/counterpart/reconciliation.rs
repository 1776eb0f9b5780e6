use baohan_domain::Money;

use super::notice::read_rate;
use crate::answer::ReconciliationRow;
use crate::body;
use crate::lexical::{Fields, Tree, Value};
use crate::platform::Platform;
use crate::reply::code;
use crate::times::parse_time;

/// Why an answer to checkbaohanlist holds no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReconciliationFault {
    /// No JSON object with a code.
    #[error("no answer of the interface")]
    NoProtocol,
    /// The institution refuses.
    #[error("refused with code {code}: {message}")]
    Refused {
        /// Its code.
        code: String,
        /// Its message.
        message: String,
    },
    /// Success, but `data.baohanlist` is no list.
    #[error("data.baohanlist is no list")]
    NoList,
    /// A row that has not its form.
    #[error("row {place} of data.baohanlist: {field}")]
    Row {
        /// Its place, from 1.
        place: usize,
        /// The field that is missing or wrong.
        field: &'static str,
    },
}

/// Reads an institution's answer to checkbaohanlist.
///
/// # Errors
/// What is no answer, a refusal, no list, or a row without its form: a reconciliation is whole or none.
pub fn parse_reconciliation(
    platform: &Platform,
    bytes: &[u8],
) -> Result<Vec<ReconciliationRow>, ReconciliationFault> {
    let message = body::read(bytes).map_err(|_| ReconciliationFault::NoProtocol)?;
    let fields = Fields::parse(&message.text).map_err(|_| ReconciliationFault::NoProtocol)?;
    let code = code(&fields).ok_or(ReconciliationFault::NoProtocol)?;
    if code != "1" {
        let message = match fields.get("message") {
            Some(Value::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        return Err(ReconciliationFault::Refused { code: code.to_owned(), message });
    }
    let Some(Value::Nested(data)) = fields.get("data") else { return Err(ReconciliationFault::NoList) };
    let Some(Tree::List(rows)) = data.tree.get("baohanlist") else { return Err(ReconciliationFault::NoList) };
    let read = |(place, row)| {
        read_row(row, platform).map_err(|field| ReconciliationFault::Row { place: place + 1, field })
    };
    rows.iter().enumerate().map(read).collect()
}

fn read_row(row: &Tree<'_>, platform: &Platform) -> Result<ReconciliationRow, &'static str> {
    let text = |name: &'static str| row.get(name).and_then(Tree::as_scalar).ok_or(name);
    let dialect = &platform.dialect;
    Ok(ReconciliationRow {
        application_no: text("applyno")?.to_owned(),
        guarantee_no: text("baohanno")?.to_owned(),
        issued_at: parse_time(text("generatetime")?, dialect.times).ok_or("generatetime")?,
        rate: read_rate(text("rate")?, dialect.rate).ok_or("rate")?,
        premium: Money::from_decimal_text(text("cost")?).map_err(|_| "cost")?,
        is_quit: match text("status")? {
            "0" => false,
            "1" => true,
            _ => return Err("status"),
        },
    })
}
