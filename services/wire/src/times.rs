//! Times and dates as the wire writes them, in UTC+8.

use baohan_domain::calendar::{china_time, from_china_time};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::dialect::Times;

/// The shortest and the longest form that is looked at: `yyyy-MM-dd` and `yyyy-MM-dd HH:mm:ss`.
const DATE_LENGTH: usize = 10;
const TIME_LENGTH: usize = 19;

/// `yyyy-MM-dd HH:mm:ss` on China's wall clock.
#[must_use]
pub fn format_time(at: DateTime<Utc>) -> String {
    china_time(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// `yyyy-MM-dd`.
#[must_use]
pub fn format_date(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// Reads a time; a leap second, an hour 24 and a day that does not exist are none.
pub(crate) fn parse_time(text: &str, times: Times) -> Option<DateTime<Utc>> {
    let local = match (text.len(), times) {
        (TIME_LENGTH, _) => exact_time(text),
        (DATE_LENGTH, Times::Lenient) => exact_date(text)?.and_hms_opt(0, 0, 0),
        // One-digit hour: `2026-03-02 9:30:00`.
        (length, Times::Lenient) if length == TIME_LENGTH - 1 => {
            let (date, time) = text.split_at_checked(DATE_LENGTH + 1)?;
            exact_time(&format!("{date}0{time}"))
        }
        _ => None,
    };
    local.map(from_china_time)
}

/// Reads a date.
pub(crate) fn parse_date(text: &str, times: Times) -> Option<NaiveDate> {
    match (text.len(), times) {
        (DATE_LENGTH, _) => exact_date(text),
        (_, Times::Lenient) => {
            parse_time(text, times)?;
            exact_date(text.get(..DATE_LENGTH)?)
        }
        _ => None,
    }
}

fn exact_time(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let separators = [(10, b' '), (13, b':'), (16, b':')];
    if bytes.len() != TIME_LENGTH || separators.iter().any(|(at, separator)| bytes[*at] != *separator) {
        return None;
    }
    let date = exact_date(text.get(..DATE_LENGTH)?)?;
    date.and_hms_opt(digits(&bytes[11..13])?, digits(&bytes[14..16])?, digits(&bytes[17..19])?)
}

fn exact_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != DATE_LENGTH || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(digits(&bytes[..4])?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(&bytes[5..7])?, digits(&bytes[8..10])?)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes
        .iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}
