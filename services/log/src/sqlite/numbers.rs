use chrono::{Datelike, NaiveDate};
use futures::FutureExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::number::Reservation;

impl Store {
    pub(crate) async fn reserve_number(
        &self,
        aggregate_id: Uuid,
        date: NaiveDate,
    ) -> Result<Reservation, Error> {
        self.write(move |connection| async move { reserve(connection, aggregate_id, date).await }.boxed())
            .await
    }

    pub(crate) async fn guarantee_number_owner(&self, number: &str) -> Result<Option<Uuid>, Error> {
        let row = sqlx::query("SELECT aggregate_id FROM guarantee_numbers WHERE number = ?")
            .bind(number)
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| column::aggregate(&row, 0)).transpose()
    }
}

/// An update that changes nothing makes the statement answer the row that is there already.
async fn reserve(
    connection: &mut SqliteConnection,
    aggregate_id: Uuid,
    date: NaiveDate,
) -> Result<Reservation, Error> {
    let row = sqlx::query(
        "INSERT INTO number_reservations (aggregate_id, date, serial)
         SELECT ?1, ?2, 1 + coalesce((SELECT max(serial) FROM number_reservations WHERE date = ?2), 0)
         WHERE true
         ON CONFLICT (aggregate_id) DO UPDATE SET serial = serial
         RETURNING date, serial",
    )
    .bind(aggregate_id.to_string())
    .bind(day_of(date))
    .fetch_one(connection)
    .await?;
    reservation(&row)
}

/// A reservation in the first two columns.
pub(super) fn reservation(row: &SqliteRow) -> Result<Reservation, Error> {
    Ok(Reservation { date: date_of(row.try_get(0)?)?, serial: column::number(row, 1)? })
}

/// A year's place in yyyymmdd.
const YEAR: i64 = 10_000;

/// A date as yyyymmdd.
pub(super) fn day_of(date: NaiveDate) -> i64 {
    i64::from(date.year()) * YEAR + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn date_of(day: i64) -> Result<NaiveDate, Error> {
    let part = |number: i64| u32::try_from(number).unwrap_or(0);
    let year = i32::try_from(day / YEAR).unwrap_or(0);
    NaiveDate::from_ymd_opt(year, part(day / 100 % 100), part(day % 100))
        .ok_or_else(|| Error::Damaged(format!("a date, {day}")))
}
