//! What a platform answers to our notices.

use crate::body;
use crate::lexical::{Fields, Value};
use crate::platform::Platform;

/// Messages of refusals by which the family's platforms say that they have it already; they decide nothing, and only
/// tell the operator of the dialect key.
const USUAL_DUPLICATE_MARKERS: [&str; 4] = ["已存在", "重复", "已推送", "已接收"];
/// How much of a message or of an unreadable answer is kept, in characters.
const TEXT_CHARACTERS_MAX: usize = 500;

/// A platform's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It has taken the notice.
    Accepted {
        /// Its message.
        message: String,
    },
    /// It refuses the notice.
    Refused {
        /// Its code, as it came.
        code: String,
        /// Its message.
        message: String,
        /// Whether the dialect's `duplicate_markers` say that it has the notice already: this is an acknowledgement.
        is_duplicate: bool,
        /// Chinese, for the operator: what could be set, where the message looks like a duplicate and no marker fits.
        hint: Option<String>,
    },
    /// What came is no answer of the interface.
    NoProtocol {
        /// Its beginning, for people.
        excerpt: String,
    },
}

/// Reads an answer as JSON whatever its content type says. A code counts as a text or a number.
#[must_use]
pub fn parse_reply(platform: &Platform, bytes: &[u8]) -> Reply {
    let no_protocol = || Reply::NoProtocol { excerpt: excerpt(&String::from_utf8_lossy(bytes)) };
    let Ok(message) = body::read(bytes) else { return no_protocol() };
    let Ok(fields) = Fields::parse(&message.text) else { return no_protocol() };
    let Some(code) = code(&fields) else { return no_protocol() };
    let message = ["message", "msg"].into_iter().find_map(|name| match fields.get(name) {
        Some(Value::Text(text)) => Some(excerpt(text)),
        _ => None,
    });
    let message = message.unwrap_or_default();
    if is_success(platform, code) {
        return Reply::Accepted { message };
    }
    let markers = &platform.dialect.duplicate_markers;
    let is_duplicate = markers.iter().any(|marker| !marker.is_empty() && message.contains(marker));
    let looks_like_one = USUAL_DUPLICATE_MARKERS.iter().any(|marker| message.contains(marker));
    let hint = (!is_duplicate && looks_like_one)
        .then(|| "平台似乎已收到过此通知；如属实，可将该提示加入配置项 duplicate_markers".to_owned());
    Reply::Refused { code: excerpt(code), message, is_duplicate, hint }
}

/// The code of an answer, as it was written.
pub(crate) fn code<'f>(fields: &'f Fields<'_>) -> Option<&'f str> {
    match fields.get("code")? {
        Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number),
        Value::Null | Value::Boolean(_) | Value::Nested(_) => None,
    }
}

/// Whether a code is the platform's word for success; Java's doubles write 1 as 1.0.
pub(crate) fn is_success(platform: &Platform, code: &str) -> bool {
    let success = platform.dialect.success_value.as_str();
    code == success || code.strip_suffix(".0") == Some(success)
}

fn excerpt(text: &str) -> String {
    text.trim().chars().filter(|character| !character.is_control()).take(TEXT_CHARACTERS_MAX).collect()
}
