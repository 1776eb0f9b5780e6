use chrono::NaiveDate;
use sqlx::Row;
use uuid::Uuid;

use super::column::number;
use super::store::Store;
use crate::error::Error;
use crate::number::Reservation;

impl Store {
    pub(crate) async fn reserve_number(
        &self,
        aggregate_id: Uuid,
        date: NaiveDate,
    ) -> Result<Reservation, Error> {
        let row = self
            .written_row(|| {
                sqlx::query("SELECT date, serial FROM baohan_reserve_number($1, $2)")
                    .bind(aggregate_id)
                    .bind(date)
            })
            .await?;
        Ok(Reservation { date: row.try_get(0)?, serial: number(&row, 1)? })
    }

    pub(crate) async fn guarantee_number_owner(&self, number: &str) -> Result<Option<Uuid>, Error> {
        let select =
            || sqlx::query("SELECT aggregate_id FROM guarantee_numbers WHERE number = $1").bind(number);
        self.maybe_row(select).await?.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}
