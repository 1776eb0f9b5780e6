//! From columns to values.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Error;

/// Microseconds from 1970 to 2000, from which PostgreSQL counts.
const EPOCH_US: i64 = 946_684_800_000_000;

pub(super) fn number(row: &PgRow, index: usize) -> Result<u64, Error> {
    unsigned(row.try_get(index)?)
}

pub(super) fn unsigned(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| Error::Damaged(format!("a negative number, {number}")))
}

pub(super) fn small<N: TryFrom<i32>>(row: &PgRow, index: usize) -> Result<N, Error> {
    fitting(row.try_get(index)?)
}

pub(super) fn maybe_small<N: TryFrom<i32>>(row: &PgRow, index: usize) -> Result<Option<N>, Error> {
    row.try_get::<Option<i32>, _>(index)?.map(fitting).transpose()
}

fn fitting<N: TryFrom<i32>>(number: i32) -> Result<N, Error> {
    N::try_from(number).map_err(|_| Error::Damaged(format!("a number out of its range, {number}")))
}

pub(super) fn shard(number: i16) -> Result<u16, Error> {
    u16::try_from(number).map_err(|_| Error::Damaged(format!("a shard, {number}")))
}

/// The id of an aggregate, which postgres-es keeps as a text.
pub(super) fn aggregate(row: &PgRow, index: usize) -> Result<Uuid, Error> {
    let text: &str = row.try_get(index)?;
    Uuid::parse_str(text).map_err(|error| Error::Damaged(error.to_string()))
}

/// A number as PostgreSQL keeps it. What is over its range is no position, sequence or duration that ever comes; it is kept as the highest.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A shard as PostgreSQL keeps it; there are few.
pub(super) fn stored_shard(shard: u16) -> i16 {
    i16::try_from(shard).unwrap_or(i16::MAX)
}

/// A time in microseconds since 1970; absent: it is none, or one before or after all that are counted, as an infinite one is.
pub(super) fn micros(row: &PgRow, index: usize) -> Option<i64> {
    row.try_get_unchecked::<Option<i64>, _>(index).ok().flatten()?.checked_add(EPOCH_US)
}

/// A time. Read as the number that it is: the driver ends its task over an infinite one, which only whoever bends rows can have written.
pub(super) fn time(row: &PgRow, index: usize) -> Result<DateTime<Utc>, Error> {
    let time = micros(row, index).and_then(DateTime::from_timestamp_micros);
    time.ok_or_else(|| Error::Damaged("a time that is none".to_owned()))
}
