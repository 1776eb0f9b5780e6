//! Parameters of a query: unknown ones are refused, blank ones count as absent.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use baohan_projections::Slice;
use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::office::Office;
use crate::problem::{self, Problem};

/// The longest text of a parameter (the family's documents: names of 200 characters).
const TEXT_LENGTH_MAX: usize = 200;

/// The parameters of a read.
pub(crate) struct Filter<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Office> for Filter<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Office) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(filter)| Self(filter)).map_err(|rejection| {
            let text = rejection.body_text();
            let cause = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            Problem::of(problem::INVALID_QUERY, format!("查询参数不合要求：{cause}"))
        })
    }
}

/// A value, or nothing where the parameter is blank.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: FromStr,
    T::Err: Display,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text.chars().count() > TEXT_LENGTH_MAX {
        return Err(D::Error::custom(format_args!("longer than {TEXT_LENGTH_MAX} characters")));
    }
    text.parse().map(Some).map_err(|error| D::Error::custom(format_args!("`{text}`: {error}")))
}

/// A moment (RFC 3339). A `+` that nobody encoded reads as a blank: it is taken for the `+` that was meant.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let meant = text.trim().replacen(' ', "+", 1);
    let moment = DateTime::parse_from_rfc3339(&meant).or_else(|_| DateTime::parse_from_rfc3339(text.trim()));
    moment
        .map(|at| Some(at.to_utc()))
        .map_err(|_| D::Error::custom(format_args!("`{text}` is no RFC 3339 time")))
}

/// A value that a list knows by its name.
pub(crate) fn named<T>(
    name: Option<String>,
    known: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let unknown = |name: &str| Problem::of(problem::INVALID_QUERY, format!("没有状态 {name}"));
    name.map(|name| known(&name).ok_or_else(|| unknown(&name))).transpose()
}

/// The part of a list that is wanted.
pub(crate) fn slice(limit: Option<u32>, cursor: Option<String>) -> Slice {
    Slice { limit, cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[serde(default, deserialize_with = "given")]
        limit: Option<u32>,
        #[serde(default, deserialize_with = "given")]
        name: Option<String>,
        #[serde(default, deserialize_with = "moment")]
        at: Option<DateTime<Utc>>,
    }

    fn read(query: &str) -> Option<Asked> {
        let uri = format!("/x?{query}").parse().unwrap();
        Query::<Asked>::try_from_uri(&uri).ok().map(|Query(asked)| asked)
    }

    #[test]
    fn blank_is_absent_and_unknown_is_refused() {
        let none = Asked { limit: None, name: None, at: None };
        assert_eq!(read("limit=&name=%20&at="), Some(none));
        assert_eq!(
            read("limit=7&name=%E6%B1%9F").map(|asked| (asked.limit, asked.name)),
            Some((Some(7), Some("江".into())))
        );
        for query in ["limit=x", "limit=-1", "nmae=a", "at=yesterday", &format!("name={}", "a".repeat(201))] {
            assert_eq!(read(query), None, "{query}");
        }
    }

    #[test]
    fn a_plus_that_became_a_blank_is_a_plus() {
        for query in
            ["at=2026-03-02T09:30:00%2B08:00", "at=2026-03-02T09:30:00+08:00", "at=2026-03-02T01:30:00Z"]
        {
            let at = read(query).and_then(|asked| asked.at).unwrap();
            assert_eq!(at.to_rfc3339(), "2026-03-02T01:30:00+00:00");
        }
    }
}
