use std::borrow::Cow;

use baohan_domain::Money;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// What a column holds. Moments are microseconds, days are texts, money that is compared is fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Flag,
    Int,
    Text,
    Id,
    Bytes,
}

/// What is bound to a place of a statement: nothing has a type as well, which PostgreSQL wants to know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Flag(bool),
    Int(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Id(Option<Uuid>),
    Bytes(Option<Cow<'a, [u8]>>),
}

/// What stands for the one character that PostgreSQL cannot keep in a text.
const SYMBOL_FOR_NULL: &str = "\u{2400}";

/// A text as it is kept, in both databases, so that they hold the same.
pub(crate) fn kept_text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', SYMBOL_FOR_NULL)) } else { Cow::Borrowed(text) }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(Some(match kept_text(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(kept) => Cow::Owned(kept),
        }))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Cow::Borrowed(text).into()
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Cow::<str>::Owned(text).into()
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Text(None), Self::from)
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Text(None), Self::from)
    }
}

impl From<Option<Cow<'_, str>>> for Value<'_> {
    fn from(text: Option<Cow<'_, str>>) -> Self {
        text.map(Cow::into_owned).into()
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(Cow::Owned(bytes)))
    }
}

impl From<Option<Vec<u8>>> for Value<'_> {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes.map(Cow::Owned))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Uuid> for Value<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(Some(id))
    }
}

impl From<Option<Uuid>> for Value<'_> {
    fn from(id: Option<Uuid>) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<u16> for Value<'_> {
    fn from(number: u16) -> Self {
        Self::Int(Some(number.into()))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(Some(number.into()))
    }
}

impl From<Option<u32>> for Value<'_> {
    fn from(number: Option<u32>) -> Self {
        Self::Int(number.map(i64::from))
    }
}

/// A count or a position; none of ours comes near 2^63.
impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Int(Some(i64::try_from(count).unwrap_or(i64::MAX)))
    }
}

impl From<Option<u64>> for Value<'_> {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::Int(None), Self::from)
    }
}

impl From<DateTime<Utc>> for Value<'_> {
    fn from(at: DateTime<Utc>) -> Self {
        at.timestamp_micros().into()
    }
}

impl From<Option<DateTime<Utc>>> for Value<'_> {
    fn from(at: Option<DateTime<Utc>>) -> Self {
        Self::Int(at.map(|at| at.timestamp_micros()))
    }
}

/// A day, as it is compared in SQL.
impl From<NaiveDate> for Value<'_> {
    fn from(day: NaiveDate) -> Self {
        day.format("%Y-%m-%d").to_string().into()
    }
}

impl From<Option<NaiveDate>> for Value<'_> {
    fn from(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Text(None), Self::from)
    }
}

/// Fen.
impl From<Option<Money>> for Value<'_> {
    fn from(money: Option<Money>) -> Self {
        Self::Int(money.map(Money::fen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_postgres_cannot_keep_is_written_with_a_symbol() {
        assert_eq!(Value::from("a\0b"), Value::Text(Some(Cow::Borrowed("a\u{2400}b"))));
        assert_eq!(Value::from("a b"), Value::Text(Some(Cow::Borrowed("a b"))));
    }

    #[test]
    fn nothing_keeps_its_type() {
        assert_eq!(Value::from(None::<&str>), Value::Text(None));
        assert_eq!(Value::from(None::<DateTime<Utc>>), Value::Int(None));
        assert_eq!(Value::from(None::<Uuid>), Value::Id(None));
        assert_eq!(Value::from(None::<Vec<u8>>), Value::Bytes(None));
    }
}
