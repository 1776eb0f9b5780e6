//! Secrets: replaced ones, centres' own, and that none is printed.

use baohan_wire::{
    Centre, Directory, DirectoryError, FaultCode, MarkCode, Platform, PreviousSecret, Secret, receive,
    sign_json,
};
use chrono::NaiveDate;

use crate::setup::{at, dialect, message, platform};

const CANCELLATION: &str = r#""applyno":"SQ1","baohanno":"BH1""#;

fn body(secret: &str, members: &str) -> Vec<u8> {
    sign_json(&message(members), &dialect(""), &Secret::new(secret)).unwrap().body.into_bytes()
}

fn with_previous() -> Directory {
    let not_after = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let previous = PreviousSecret { value: Secret::new("old-secret"), not_after };
    Directory::new([Platform { previous_secrets: vec![previous], ..platform("") }]).unwrap()
}

#[test]
fn a_previous_secret_is_taken_to_the_end_of_its_day_in_china_and_marked() {
    let body = body("old-secret", CANCELLATION);
    let last = receive(&with_previous(), "", "canclenotice", &body, at("2026-03-02T23:59:59+08:00"));
    assert!(last.result.is_ok());
    assert_eq!(last.marks[0].code, MarkCode::PreviousSecret);
    let after = receive(&with_previous(), "", "canclenotice", &body, at("2026-03-03T00:00:00+08:00"));
    assert_eq!(after.result.unwrap_err().code, FaultCode::SignMismatch);
}

fn with_centre() -> Directory {
    let centre = Centre {
        platform_code: "A1".to_owned(),
        name: None,
        urls: std::collections::BTreeMap::new(),
        secret: Some(Secret::new("centre-secret")),
    };
    Directory::new([Platform { centres: vec![centre], ..platform("") }]).unwrap()
}

#[test]
fn a_centre_with_its_own_secret_signs_with_it_and_with_no_other() {
    let members = format!(r#"{CANCELLATION},"platformcode":"A1""#);
    let now = at("2026-03-02T09:30:00+08:00");
    let own = receive(&with_centre(), "", "canclenotice", &body("centre-secret", &members), now);
    assert!(own.result.is_ok());
    let platforms = receive(&with_centre(), "", "canclenotice", &body("wild-secret-01", &members), now);
    let fault = platforms.result.unwrap_err();
    assert_eq!(fault.diagnosis.unwrap().findings[0].variant, "platform-secret");
    let another = format!(r#"{CANCELLATION},"platformcode":"B2""#);
    let foreign = receive(&with_centre(), "", "canclenotice", &body("centre-secret", &another), now);
    assert_eq!(foreign.result.unwrap_err().diagnosis.unwrap().findings[0].variant, "centre-secret");
    let other_centre = receive(&with_centre(), "", "canclenotice", &body("wild-secret-01", &another), now);
    assert!(other_centre.result.is_ok(), "a centre that is not configured has the platform's");
}

#[test]
fn secrets_are_never_printed() {
    let shown = format!("{:?}{:?}", with_previous(), with_centre());
    for secret in ["wild-secret-01", "old-secret", "centre-secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("***"));
}

#[test]
fn a_directory_takes_only_platforms_that_can_be_told_apart_and_used() {
    let new = |platforms: Vec<Platform>| Directory::new(platforms).map(|_| ());
    let repeated = new(vec![platform(""), platform("")]);
    assert_eq!(repeated, Err(DirectoryError::RepeatedAppkey("jyzx-wild".to_owned())));
    assert!(matches!(
        new(vec![Platform::new(" ", Secret::new("x"))]),
        Err(DirectoryError::UnusableAppkey(_))
    ));
    assert!(matches!(new(vec![Platform::new("a", Secret::new(" "))]), Err(DirectoryError::BlankSecret(_))));
    let prefixed = Platform { path_prefix: "/a".to_owned(), ..platform("") };
    assert!(matches!(new(vec![prefixed]), Err(DirectoryError::UnusablePrefix(_))));
    let centre = || Centre {
        platform_code: "A1".to_owned(),
        name: None,
        urls: std::collections::BTreeMap::new(),
        secret: None,
    };
    let centres = Platform { centres: vec![centre(), centre()], ..platform("") };
    assert!(matches!(new(vec![centres]), Err(DirectoryError::RepeatedCentre(..))));
}

#[test]
fn a_directory_lists_its_platforms() {
    let directory = with_centre();
    assert!(directory.knows_prefix("") && !directory.knows_prefix("x"));
    assert_eq!(directory.platforms().len(), 1);
    assert!(directory.by_appkey("jyzx-wild").is_some() && directory.by_appkey("JYZX-WILD").is_none());
}
