use baohan_domain::Rate;

use crate::story::yuan;

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

#[test]
fn a_rate_is_written_as_a_fraction_or_in_percent_without_idle_zeros() {
    for (text, fraction, percent) in [
        ("0.008", "0.008", "0.8"),
        ("0.00800", "0.008", "0.8"),
        ("1", "1", "100"),
        ("0.10", "0.1", "10"),
        ("0.0125", "0.0125", "1.25"),
        ("0.00000001", "0.00000001", "0.000001"),
    ] {
        assert_eq!(rate(text).to_string(), fraction);
        assert_eq!(rate(text).as_fraction().to_string(), fraction);
        assert_eq!(rate(text).as_percent().to_string(), percent);
        assert_eq!(serde_json::to_string(&rate(text)).unwrap(), format!("\"{fraction}\""));
    }
}

#[test]
fn what_is_no_fraction_is_no_rate() {
    for text in ["0", "0.0", "-0.008", "1.00000001", "2", "0.000000001", "0.8%", "", "abc"] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
        assert!(serde_json::from_str::<Rate>(&format!("\"{text}\"")).is_err(), "{text}");
    }
}

#[test]
fn the_premium_is_rate_times_amount_half_a_fen_up_and_never_below_the_minimum() {
    let none = yuan("0");
    for (of, amount, premium) in [
        ("0.008", "800000", "6400.00"),
        ("0.008", "123456.78", "987.65"), // 987.65424
        ("0.0075", "1000.66", "7.50"),    // 7.50495
        ("0.005", "101", "0.51"),         // 0.505
        ("0.005", "100.99", "0.50"),      // 0.50495
        ("1", "9999999999999999.99", "9999999999999999.99"),
        ("0.12345678", "9999999999999999.99", "1234567800000000.00"), // …799999999.9987654…
    ] {
        assert_eq!(rate(of).premium(yuan(amount), none), yuan(premium), "{of} of {amount}");
    }
    assert_eq!(rate("0.008").premium(yuan("20000"), yuan("200")), yuan("200"));
    assert_eq!(rate("0.008").premium(yuan("25000"), yuan("200")), yuan("200"));
    assert_eq!(rate("0.008").premium(yuan("25001"), yuan("200")), yuan("200.01"));
}
