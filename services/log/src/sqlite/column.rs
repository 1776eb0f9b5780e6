//! From columns to values: times are microseconds since 1970, ids of rows are 16 bytes, ids of aggregates are texts.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::error::Error;

pub(super) fn text(row: &SqliteRow, index: usize) -> Result<String, Error> {
    Ok(row.try_get(index)?)
}

pub(super) fn maybe_text(row: &SqliteRow, index: usize) -> Result<Option<String>, Error> {
    Ok(row.try_get(index)?)
}

pub(super) fn number(row: &SqliteRow, index: usize) -> Result<u64, Error> {
    let number: i64 = row.try_get(index)?;
    u64::try_from(number).map_err(|_| Error::Damaged(format!("a negative number, {number}")))
}

pub(super) fn small<N: TryFrom<u64>>(row: &SqliteRow, index: usize) -> Result<N, Error> {
    let number = number(row, index)?;
    N::try_from(number).map_err(|_| Error::Damaged(format!("a number that is too big, {number}")))
}

pub(super) fn maybe_small<N: TryFrom<u64>>(row: &SqliteRow, index: usize) -> Result<Option<N>, Error> {
    match row.try_get::<Option<i64>, _>(index)? {
        None => Ok(None),
        Some(_) => small(row, index).map(Some),
    }
}

pub(super) fn time(row: &SqliteRow, index: usize) -> Result<DateTime<Utc>, Error> {
    moment(row.try_get(index)?)
}

pub(super) fn maybe_time(row: &SqliteRow, index: usize) -> Result<Option<DateTime<Utc>>, Error> {
    row.try_get::<Option<i64>, _>(index)?.map(moment).transpose()
}

pub(super) fn moment(micros: i64) -> Result<DateTime<Utc>, Error> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| Error::Damaged(format!("a time, {micros}")))
}

pub(super) fn id(row: &SqliteRow, index: usize) -> Result<Uuid, Error> {
    uuid(row.try_get(index)?)
}

pub(super) fn maybe_id(row: &SqliteRow, index: usize) -> Result<Option<Uuid>, Error> {
    row.try_get::<Option<&[u8]>, _>(index)?.map(uuid).transpose()
}

fn uuid(bytes: &[u8]) -> Result<Uuid, Error> {
    Uuid::from_slice(bytes).map_err(|error| Error::Damaged(error.to_string()))
}

pub(super) fn aggregate(row: &SqliteRow, index: usize) -> Result<Uuid, Error> {
    parsed(row.try_get(index)?)
}

pub(super) fn maybe_aggregate(row: &SqliteRow, index: usize) -> Result<Option<Uuid>, Error> {
    row.try_get::<Option<&str>, _>(index)?.map(parsed).transpose()
}

pub(super) fn parsed(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|error| Error::Damaged(error.to_string()))
}

/// A number as SQLite keeps it. What is over its range is no position, sequence or duration that ever comes; it is kept as the highest.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
