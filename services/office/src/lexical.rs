//! Values as they are written in a body: numbers are read from their text, never by way of a float.

use std::str::FromStr;

use baohan_domain::{Money, Rate};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

/// A decimal given as a JSON string or number; both are taken digit by digit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Lexical<T>(pub T);

/// An amount in yuan, `"6400.00"` or `6400.00`.
pub type Amount = Lexical<Money>;
/// A rate as a fraction, `"0.008"`.
pub type Fraction = Lexical<Rate>;

impl<'de, T> Deserialize<'de> for Lexical<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let written = raw.get();
        let parsed = if written.starts_with('"') {
            let text: String = serde_json::from_str(written).map_err(D::Error::custom)?;
            text.parse()
        } else {
            written.parse()
        };
        parsed.map(Self).map_err(D::Error::custom)
    }
}

/// A text of 1 to `MAX` characters, not blank, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(pub String);

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.trim().is_empty() {
            return Err(D::Error::custom("不能为空"));
        }
        if text.chars().any(char::is_control) {
            return Err(D::Error::custom("不能含有控制字符"));
        }
        bounded::<MAX, D>(text).map(Self)
    }
}

/// A reason or remark of at most `MAX` characters; line breaks are part of it. Whether it may be blank is for the rules to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(pub String);

impl<'de, const MAX: usize> Deserialize<'de> for Prose<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(bad) {
            return Err(D::Error::custom("不能含有控制字符"));
        }
        bounded::<MAX, D>(text).map(Self)
    }
}

fn bounded<'de, const MAX: usize, D: Deserializer<'de>>(text: String) -> Result<String, D::Error> {
    if text.chars().count() > MAX {
        return Err(D::Error::custom(format_args!("超过{MAX}个字符")));
    }
    Ok(text)
}

/// Takes a blank text for an absent one.
pub(crate) fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        amount: Option<Amount>,
    }

    fn amount(body: &str) -> Result<Option<String>, String> {
        let body: Body = serde_json::from_str(body).map_err(|error| error.to_string())?;
        Ok(body.amount.map(|amount| amount.0.to_string()))
    }

    #[test]
    fn an_amount_is_read_digit_by_digit() {
        for (body, is) in [
            (r#"{"amount":"6400.00"}"#, "6400.00"),
            (r#"{"amount":6400}"#, "6400.00"),
            (r#"{"amount":0.1}"#, "0.10"),
            (r#"{"amount":8E+5}"#, "800000.00"),
            (r#"{"amount":9999999999999999.99}"#, "9999999999999999.99"),
        ] {
            assert_eq!(amount(body), Ok(Some(is.to_owned())), "{body}");
        }
        assert_eq!(amount(r#"{"amount":null}"#), Ok(None));
        for body in [
            r#"{"amount":"6400.005"}"#,
            r#"{"amount":6400.005}"#,
            r#"{"amount":-1}"#,
            r#"{"amount":true}"#,
            r#"{"amount":["1"]}"#,
            r#"{"amount":{}}"#,
            r#"{"amount":""}"#,
        ] {
            assert!(amount(body).is_err(), "{body}");
        }
    }

    #[test]
    fn texts_are_bounded_in_characters() {
        assert!(serde_json::from_str::<Text<3>>("\"中标人\"").is_ok());
        for text in ["\"中标人放\"", "\"  \"", "\"a\\u0000\"", "1"] {
            assert!(serde_json::from_str::<Text<3>>(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Prose<9>>("\"a\\nb\"").unwrap().0, "a\nb");
        assert!(serde_json::from_str::<Prose<9>>("\"\"").is_ok());
    }
}
