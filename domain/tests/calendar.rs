//! Days in China. The holidays are those of 2026 as the General Office of the State Council announced them on
//! 4 November 2025, as far as the tests walk through them.

use baohan_domain::calendar::{WorkingDays, china_date, china_time, from_china_time};
use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::prelude::*;

use crate::story::{at, day};

fn range(from: &str, to: &str) -> Vec<NaiveDate> {
    day(from).iter_days().take_while(|it| *it <= day(to)).collect()
}

/// Spring Festival 15 to 23 February, worked on 14 and 28 February; National Day 1 to 7 October, worked on
/// 20 September and 10 October.
fn year_2026() -> WorkingDays {
    WorkingDays {
        holidays: [range("2026-02-15", "2026-02-23"), range("2026-10-01", "2026-10-07")]
            .concat()
            .into_iter()
            .collect(),
        make_up_days: ["2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"].map(day).into(),
    }
}

#[test]
fn midnight_in_china_is_four_in_the_afternoon_in_utc() {
    let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(china_date(utc("2026-03-02T15:59:59Z")), day("2026-03-02"));
    assert_eq!(china_date(utc("2026-03-02T16:00:00Z")), day("2026-03-03"));
    assert_eq!(china_date(utc("2026-12-31T16:00:00Z")), day("2027-01-01"));
    assert_eq!(at("2026-03-24 09:00:00"), utc("2026-03-24T01:00:00Z"));
    // There was summer time in China from 1986 to 1991; the ledger counts none.
    assert_eq!(at("1988-07-01 00:00:00"), utc("1988-06-30T16:00:00Z"));
}

#[test]
fn without_holidays_monday_to_friday_are_worked() {
    let plain = WorkingDays::default();
    assert!(plain.is_working_day(day("2026-03-06")));
    assert!(!plain.is_working_day(day("2026-03-07")));
    assert!(!plain.is_working_day(day("2026-03-08")));
    assert_eq!(plain.after(day("2026-03-06"), 1), day("2026-03-09"));
    assert_eq!(plain.after(day("2026-04-02"), 3), day("2026-04-07"));
}

#[test]
fn a_due_date_walks_over_the_spring_festival_and_its_make_up_days() {
    let days = year_2026();
    // Friday the 13th; Saturday the 14th is worked, then nobody works until Tuesday the 24th.
    assert_eq!(days.after(day("2026-02-13"), 1), day("2026-02-14"));
    assert_eq!(days.after(day("2026-02-13"), 2), day("2026-02-24"));
    assert_eq!(days.after(day("2026-02-13"), 3), day("2026-02-25"));
    assert_eq!(days.after(day("2026-02-13"), 6), day("2026-02-28"));
    assert_eq!(days.after(day("2026-02-13"), 7), day("2026-03-02"));
}

#[test]
fn a_due_date_walks_over_the_national_day() {
    let days = year_2026();
    assert_eq!(days.after(day("2026-09-30"), 1), day("2026-10-08"));
    assert_eq!(days.after(day("2026-09-30"), 3), day("2026-10-10"));
    assert_eq!(days.after(day("2026-09-30"), 4), day("2026-10-12"));
}

#[test]
fn a_claim_on_a_holiday_is_due_from_the_next_working_day_on() {
    assert_eq!(year_2026().after(day("2026-10-03"), 3), day("2026-10-10"));
}

#[test]
fn no_days_are_no_days_even_on_a_holiday() {
    assert_eq!(year_2026().after(day("2026-10-03"), 0), day("2026-10-03"));
}

#[test]
fn a_calendar_without_working_days_ends_the_search_all_the_same() {
    let never = WorkingDays {
        holidays: range("2026-01-01", "2040-01-01").into_iter().collect(),
        ..Default::default()
    };
    assert!(never.after(day("2026-01-01"), 1) > day("2030-01-01"));
    assert_eq!(WorkingDays::default().after(NaiveDate::MAX, 3), NaiveDate::MAX);
}

#[test]
fn a_calendar_file_may_leave_out_what_it_does_not_need() {
    let read: WorkingDays = serde_json::from_str(r#"{"holidays":["2026-01-01"]}"#).unwrap();
    assert!(!read.is_working_day(day("2026-01-01")));
    assert!(read.make_up_days.is_empty());
}

proptest! {
    #[test]
    fn as_many_working_days_lie_in_between_as_were_counted(from in 0_u64..400, count in 0_u32..30) {
        let days = year_2026();
        let start = day("2026-01-01").checked_add_days(Days::new(from)).unwrap();
        let end = days.after(start, count);
        let between = start.iter_days().skip(1).take_while(|it| *it <= end).filter(|it| days.is_working_day(*it));
        prop_assert_eq!(between.count(), count as usize);
        prop_assert!(count == 0 || days.is_working_day(end));
    }

    #[test]
    fn china_time_and_back_is_the_same_moment(seconds in 0_i64..4_102_444_800) {
        let moment = DateTime::from_timestamp(seconds, 0).unwrap();
        prop_assert_eq!(from_china_time(china_time(moment)), moment);
        prop_assert_eq!((china_time(moment) - moment.naive_utc()).num_hours(), 8);
    }
}
