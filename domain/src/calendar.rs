//! Days as China counts them: UTC+8 without summer time, working days with holidays and make-up days.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use serde::{Deserialize, Serialize};

const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;
/// How far a due date is looked for: no holiday lasts a year.
const DAYS_LOOKED_AHEAD_MAX: u64 = 3_660;

/// UTC+8.
#[must_use]
pub fn china() -> FixedOffset {
    FixedOffset::east_opt(CHINA_OFFSET_SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The day in China at that moment.
#[must_use]
pub fn china_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&china()).date_naive()
}

/// The wall clock in China at that moment.
#[must_use]
pub fn china_time(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&china()).naive_local()
}

/// The moment when China's wall clock shows `local`.
#[must_use]
pub fn from_china_time(local: NaiveDateTime) -> DateTime<Utc> {
    china().from_local_datetime(&local).single().map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

/// Which days are worked on: Monday to Friday, less the holidays, plus the make-up days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WorkingDays {
    /// Days off that would be worked on.
    #[serde(default)]
    pub holidays: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked on.
    #[serde(default)]
    pub make_up_days: BTreeSet<NaiveDate>,
}

impl WorkingDays {
    /// Whether people work on that day.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.make_up_days.contains(&day) || (!weekend && !self.holidays.contains(&day))
    }

    /// The `count`-th working day after `day`; `day` itself is not counted.
    #[must_use]
    pub fn after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let mut left = count;
        let mut reached = day;
        for ahead in 1..=DAYS_LOOKED_AHEAD_MAX {
            if left == 0 {
                break;
            }
            let Some(next) = day.checked_add_days(Days::new(ahead)) else { break };
            reached = next;
            if self.is_working_day(next) {
                left -= 1;
            }
        }
        reached
    }
}
