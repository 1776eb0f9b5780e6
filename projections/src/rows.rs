//! Many rows in one statement, and the small conversions between rows and values.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::Error;

pub(crate) type Statement<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments<'q>>;

/// How many rows a statement takes, largest first: few forms, so that each stays prepared, and with at most 40
/// columns well under SQLite's 32,766 parameters.
const ROWS_A_STATEMENT: [usize; 4] = [64, 16, 4, 1];

/// An `INSERT` that takes many rows.
pub(crate) struct Insert {
    /// `INSERT INTO … (…) VALUES`.
    pub head: &'static str,
    /// How many columns.
    pub columns: usize,
    /// `ON CONFLICT …`, or nothing.
    pub tail: &'static str,
}

impl Insert {
    /// Writes the rows in order.
    pub(crate) async fn write<R>(
        &self,
        rows: &[R],
        bind: for<'q> fn(Statement<'q>, &'q R) -> Statement<'q>,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        let mut rest = rows;
        for size in ROWS_A_STATEMENT {
            if rest.len() < size {
                continue;
            }
            let sql = self.sql(size);
            while rest.len() >= size {
                let (chunk, left) = rest.split_at(size);
                let statement = chunk.iter().fold(sqlx::query(&sql), bind);
                statement.execute(&mut *connection).await?;
                rest = left;
            }
        }
        Ok(())
    }

    fn sql(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns].join(","));
        format!("{} {} {}", self.head, vec![row; rows].join(","), self.tail)
    }
}

/// A column as a guarantee's or event's id.
pub(crate) fn id(row: &SqliteRow, table: &'static str, column: &str) -> Result<Uuid, Error> {
    let bytes: Vec<u8> = row.try_get(column)?;
    Uuid::from_slice(&bytes).map_err(|error| Error::BentRow { table, what: error.to_string() })
}

/// A column as a moment.
pub(crate) fn moment(row: &SqliteRow, column: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.and_then(DateTime::from_timestamp_micros))
}

/// A column that is always a moment.
pub(crate) fn the_moment(row: &SqliteRow, table: &'static str, column: &str) -> Result<DateTime<Utc>, Error> {
    let what = || Error::BentRow { table, what: format!("{column} is no moment") };
    moment(row, column)?.ok_or_else(what)
}

/// A column parsed from its text.
pub(crate) fn parsed<T: std::str::FromStr>(
    row: &SqliteRow,
    table: &'static str,
    column: &str,
) -> Result<Option<T>, Error> {
    let text: Option<String> = row.try_get(column)?;
    let what = || Error::BentRow { table, what: format!("{column} has another form") };
    text.map(|text| text.parse().map_err(|_| what())).transpose()
}

/// A column that is always there, parsed from its text.
pub(crate) fn the_parsed<T: std::str::FromStr>(
    row: &SqliteRow,
    table: &'static str,
    column: &str,
) -> Result<T, Error> {
    let what = || Error::BentRow { table, what: format!("{column} is missing") };
    parsed(row, table, column)?.ok_or_else(what)
}

/// A column that counts, which is never below nothing.
pub(crate) fn count(row: &SqliteRow, column: &str) -> Result<u64, Error> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}

/// A count as SQLite keeps it.
pub(crate) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A day as it is compared in SQL.
pub(crate) fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// A text for `LIKE … ESCAPE '\'` that finds it anywhere.
pub(crate) fn containing(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
