//! The small conversions between rows and values.

use chrono::{DateTime, Utc};

use crate::database::Row;
use crate::error::Error;

/// A column as a moment.
pub(crate) fn moment(row: &Row, column: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let micros: Option<i64> = row.get(column)?;
    Ok(micros.and_then(DateTime::from_timestamp_micros))
}

/// A column that is always a moment.
pub(crate) fn the_moment(row: &Row, table: &'static str, column: &str) -> Result<DateTime<Utc>, Error> {
    let what = || Error::BentRow { table, what: format!("{column} is no moment") };
    moment(row, column)?.ok_or_else(what)
}

/// A column parsed from its text.
pub(crate) fn parsed<T: std::str::FromStr>(
    row: &Row,
    table: &'static str,
    column: &str,
) -> Result<Option<T>, Error> {
    let text: Option<String> = row.get(column)?;
    let what = || Error::BentRow { table, what: format!("{column} has another form") };
    text.map(|text| text.parse().map_err(|_| what())).transpose()
}

/// A column that is always there, parsed from its text.
pub(crate) fn the_parsed<T: std::str::FromStr>(
    row: &Row,
    table: &'static str,
    column: &str,
) -> Result<T, Error> {
    let what = || Error::BentRow { table, what: format!("{column} is missing") };
    parsed(row, table, column)?.ok_or_else(what)
}

/// A column that counts, which is never below nothing.
pub(crate) fn count(row: &Row, column: &str) -> Result<u64, Error> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0))
}

/// A column with a number that fits the type.
pub(crate) fn number<T: TryFrom<i64>>(row: &Row, table: &'static str, column: &str) -> Result<T, Error> {
    let what = |number| Error::BentRow { table, what: format!("{column} is {number}") };
    let number: i64 = row.get(column)?;
    T::try_from(number).map_err(|_| what(number))
}

/// A count as the database keeps it.
pub(crate) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A text for `LIKE … ESCAPE '\'` that finds it anywhere.
pub(crate) fn containing(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
