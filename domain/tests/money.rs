use baohan_domain::{Money, MoneyError};
use proptest::prelude::*;

use crate::story::yuan;

fn refused(text: &str) -> MoneyError {
    text.parse::<Money>().unwrap_err()
}

#[test]
fn amounts_are_read_exactly_and_written_with_two_places() {
    let cases = [
        ("800000", "800000.00"),
        ("800000.5", "800000.50"),
        ("800000.00", "800000.00"),
        ("800000.000000", "800000.00"),
        ("1000.5", "1000.50"),
        ("0", "0.00"),
        ("0.00", "0.00"),
        ("-0", "0.00"),
        ("-0.00", "0.00"),
        ("0.01", "0.01"),
        ("0.10", "0.10"),
        ("007", "7.00"),
        ("8E+5", "800000.00"),
        ("8e5", "800000.00"),
        ("8.0E5", "800000.00"),
        ("80000000E-2", "800000.00"),
        ("1.5E1", "15.00"),
        ("12345E-2", "123.45"),
        ("1E-2", "0.01"),
        ("9999999999999999.99", "9999999999999999.99"),
    ];
    for (text, written) in cases {
        assert_eq!(yuan(text).to_string(), written, "{text}");
    }
}

#[test]
fn what_is_no_amount_is_refused_for_what_it_is() {
    for text in [
        "", " ", "abc", "1,000", "￥1", "1.", ".5", "+1", " 1", "1 ", "1e", "e5", "0x10", "1_000", "NaN",
        "１",
    ] {
        assert_eq!(refused(text), MoneyError::NotANumber, "{text:?}");
    }
    assert_eq!(refused(&"1".repeat(51)), MoneyError::NotANumber);
    assert_eq!(refused("-1"), MoneyError::Negative);
    assert_eq!(refused("-0.01"), MoneyError::Negative);
    for text in ["800000.005", "0.001", "1E-3", "0.00000000000000000000000000000000000000000001", "1.005E0"] {
        assert_eq!(refused(text), MoneyError::PartOfAFen, "{text}");
    }
    for text in [
        "10000000000000000",
        "10000000000000000.00",
        "1E16",
        "1E40",
        "99999999999999999999999999999999999999",
    ] {
        assert_eq!(refused(text), MoneyError::TooLarge, "{text}");
    }
}

#[test]
fn fen_and_yuan_are_the_same_amount() {
    assert_eq!(yuan("1680.32").fen(), 168_032);
    assert_eq!(Money::from_fen(168_032), yuan("1680.32"));
    assert_eq!(Money::from_fen(999_999_999_999_999_999), yuan("9999999999999999.99"));
    assert_eq!(Money::from_fen(-1), Money::ZERO);
}

#[test]
fn what_is_taken_from_an_amount_is_never_owed() {
    assert_eq!(yuan("800000").saturating_sub(yuan("300000.01")), yuan("499999.99"));
    assert_eq!(yuan("1").saturating_sub(yuan("2")), Money::ZERO);
    assert_eq!(yuan("0.10").checked_add(yuan("0.20")), Some(yuan("0.30")));
    assert_eq!(yuan("9999999999999999.99").checked_add(yuan("0.01")), None);
}

#[test]
fn only_more_than_nothing_is_positive() {
    assert!(yuan("0.01").is_positive());
    assert!(!yuan("-0.00").is_positive());
}

#[test]
fn in_json_it_is_a_text_with_two_places_and_never_a_number() {
    assert_eq!(serde_json::to_string(&yuan("800000")).unwrap(), "\"800000.00\"");
    assert_eq!(serde_json::from_str::<Money>("\"800000.5\"").unwrap(), yuan("800000.50"));
    assert!(serde_json::from_str::<Money>("800000.5").is_err());
}

#[test]
fn an_alternate_width_pads_it() {
    assert_eq!(format!("{:>12}|{:?}", yuan("1.5"), yuan("1.5")), "        1.50|¥1.50");
}

proptest! {
    #[test]
    fn every_amount_is_written_and_read_back(fen in 0_i64..1_000_000_000_000_000_000) {
        let written = Money::from_fen(fen).to_string();
        let by_hand = format!("{}.{:02}", fen / 100, fen % 100);
        prop_assert_eq!(&written, &by_hand);
        prop_assert_eq!(written.parse::<Money>().unwrap().fen(), fen);
        prop_assert_eq!(format!("{fen}E-2").parse::<Money>().unwrap().fen(), fen);
        prop_assert_eq!(format!("{by_hand}0000").parse::<Money>().unwrap().fen(), fen);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[-+0-9.eE_ ]{0,60}|\\PC{0,60}") {
        if let Ok(money) = text.parse::<Money>() {
            prop_assert!((0..1_000_000_000_000_000_000).contains(&money.fen()));
        }
    }
}
