use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Rules, SIGN, nested, number};
use crate::dialect::{Absent, KeyOrder, NumberText};
use crate::lexical::{Field, Fields, Value};

/// What stands in the text in place of a field's value.
pub(crate) enum Masking {
    /// The value itself.
    Shown,
    /// `***`.
    Hidden,
}

/// The signed fields in their order, values as they are signed.
pub(crate) type Parts<'f> = Vec<(&'f str, Cow<'f, str>)>;

/// What is signed, by the rules.
pub(crate) fn parts<'f>(fields: &'f Fields<'_>, rules: Rules<'_>) -> Parts<'f> {
    let mut parts = Parts::with_capacity(fields.len());
    let mut take = |field: &'f Field<'_>| {
        let is_signed = field.name != SIGN
            && !is_absent(&field.value, rules.absent)
            && !rules.unsigned_fields.contains(&*field.name);
        if is_signed {
            parts.push((field.name.as_ref(), value_text(&field.value, rules)));
        }
    };
    match rules.key_order {
        KeyOrder::Ascii => fields.sorted().for_each(&mut take),
        KeyOrder::CaseInsensitive => fields.sorted_without_case().into_iter().for_each(&mut take),
    }
    parts
}

/// Joins the parts as `key=value` with `&`; the secret is not in it.
pub(crate) fn join(parts: &Parts<'_>) -> String {
    let capacity = parts.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut text = String::with_capacity(capacity);
    for (name, value) in parts {
        part(&mut text, name, value);
    }
    text
}

/// The same for people to read: personal values hidden, long ones cut.
pub(crate) fn join_masked(
    parts: &Parts<'_>,
    masking: impl Fn(&str) -> Masking,
    characters_max: usize,
) -> String {
    let mut text = String::new();
    for (name, value) in parts {
        match masking(name) {
            Masking::Hidden if !value.is_empty() => part(&mut text, name, "***"),
            Masking::Hidden | Masking::Shown => part(&mut text, name, &cut(value, characters_max)),
        }
    }
    text
}

fn part(text: &mut String, name: &str, value: &str) {
    if !text.is_empty() {
        text.push('&');
    }
    text.push_str(name);
    text.push('=');
    text.push_str(value);
}

/// Whether the field is left out. It is the value as it came that decides, before it is trimmed: senders that keep
/// blanks ask `isEmpty` and trim later.
fn is_absent(value: &Value<'_>, absent: Absent) -> bool {
    match absent {
        Absent::Skip => value.is_blank(),
        Absent::KeepEmpty => false,
        Absent::KeepBlank => match value {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::Boolean(_) | Value::Number(_) | Value::Nested(_) => false,
        },
    }
}

fn value_text<'v>(value: &'v Value<'_>, rules: Rules<'_>) -> Cow<'v, str> {
    let text = match value {
        Value::Null => Cow::Borrowed(""),
        Value::Boolean(true) => Cow::Borrowed("true"),
        Value::Boolean(false) => Cow::Borrowed("false"),
        Value::Number(number) => number_text(number, rules.numbers),
        Value::Text(text) => Cow::Borrowed(text.as_ref()),
        Value::Nested(value) => nested::text(value, rules),
    };
    if rules.trim { trimmed(text) } else { text }
}

/// A number by the rule for numbers.
pub(super) fn number_text(number: &str, numbers: NumberText) -> Cow<'_, str> {
    match numbers {
        NumberText::AsWritten => Cow::Borrowed(number),
        NumberText::JavaDecimal if !number::has_fraction(number) => Cow::Borrowed(number),
        NumberText::JavaDouble | NumberText::JavaDecimal => Cow::Owned(number::as_double(number)),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(java_trim(text)),
        Cow::Owned(text) => Cow::Owned(java_trim(&text).to_owned()),
    }
}

/// Java's `String.trim`: everything up to U+0020 goes, at both ends; the ideographic space stays.
pub(crate) fn java_trim(text: &str) -> &str {
    text.trim_matches(|character| character <= ' ')
}

fn cut(value: &str, characters_max: usize) -> Cow<'_, str> {
    let Some((end, _)) = value.char_indices().nth(characters_max) else { return Cow::Borrowed(value) };
    let mut shown = value[..end].to_owned();
    let digest = crate::signature::digest::sm3_hex(value.as_bytes());
    // Writing into a string cannot fail.
    let _ = write!(shown, "…({} bytes, SM3 {digest})", value.len());
    Cow::Owned(shown)
}
