use chrono::NaiveDate;
use uuid::Uuid;

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// A number that is kept for one aggregate, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The day to whose count it belongs: that of the first asking.
    pub date: NaiveDate,
    /// The number within the day, from 1.
    pub serial: u64,
}

impl Log {
    /// Reserves the next number of a day (in UTC+8, as the caller sees it) for an aggregate. Asked again, on whatever day, it
    /// answers the reservation that was made first.
    pub async fn reserve_number(&self, aggregate_id: Uuid, date: NaiveDate) -> Result<Reservation, Error> {
        each!(self.store(), store => store.reserve_number(aggregate_id, date).await)
    }

    /// Whose guarantee number it is.
    pub async fn guarantee_number_owner(&self, number: &str) -> Result<Option<Uuid>, Error> {
        each!(self.store(), store => store.guarantee_number_owner(number).await)
    }
}
