//! Numbers as Java prints them.
//!
//! `Double.toString` is meant as specified since JDK 19 (the shortest decimal that reads back as the same double,
//! JDK-4511638). Older releases print a digit too many for some values (2.0E-3 and 2.2250738585072014E-308 are the
//! known kinds); amounts of money with two places print alike in both.

use std::fmt::Write as _;

/// Java's plain notation holds for 10^-3 ≤ |d| < 10^7 (`Double.toString`).
const PLAIN_EXPONENTS: std::ops::Range<i32> = -3..7;

/// Whether Java's parsers read a JSON number as a decimal and not as an integer.
pub(crate) fn has_fraction(number: &str) -> bool {
    number.contains(['.', 'e', 'E'])
}

/// What `Double.toString` prints for a JSON number.
pub(crate) fn as_double(number: &str) -> String {
    // Every JSON number is a Rust number; what is too large is infinite, as in Java.
    let value: f64 = number.parse().unwrap_or(f64::NAN);
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}Infinity");
    }
    if value == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = shortest(value.abs());
    let mut text = sign.to_owned();
    if PLAIN_EXPONENTS.contains(&exponent) {
        plain(&mut text, &digits, exponent);
    } else {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        // Writing into a string cannot fail.
        let _ = write!(text, "{first}.{rest}E{exponent}");
    }
    text
}

/// The digits d₁d₂… and the exponent of d₁.d₂… × 10^exponent. Where one digit is enough, Java takes the nearest of
/// all decimals of one or two digits (4.9E-324, not 5.0E-324).
fn shortest(value: f64) -> (String, i32) {
    let one_or_more = format!("{value:e}");
    let two = format!("{value:.1e}");
    let is_single = !one_or_more.contains('.');
    let chosen = if is_single && two.parse() == Ok(value) { two } else { one_or_more };
    let (mantissa, exponent) = chosen.split_once('e').unwrap_or((&chosen, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    (significant.to_owned(), exponent.parse().unwrap_or(0))
}

fn plain(text: &mut String, digits: &str, exponent: i32) {
    let Ok(whole_digits) = usize::try_from(exponent + 1) else {
        text.push_str("0.");
        (exponent..-1).for_each(|_| text.push('0'));
        text.push_str(digits);
        return;
    };
    if whole_digits == 0 {
        text.push_str("0.");
        text.push_str(digits);
        return;
    }
    let (whole, fraction) = digits.split_at(whole_digits.min(digits.len()));
    text.push_str(whole);
    (whole.len()..whole_digits).for_each(|_| text.push('0'));
    text.push('.');
    text.push_str(if fraction.is_empty() { "0" } else { fraction });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_java_prints_them() {
        let known = [
            ("0", "0.0"),
            ("-0", "-0.0"),
            ("6400", "6400.0"),
            ("6400.00", "6400.0"),
            ("3200.5", "3200.5"),
            ("0.008", "0.008"),
            ("0.001", "0.001"),
            ("0.0001", "1.0E-4"),
            ("0.05", "0.05"),
            ("9999999", "9999999.0"),
            ("9999999.99", "9999999.99"),
            ("10000000", "1.0E7"),
            ("12345678.9", "1.23456789E7"),
            ("8E+5", "800000.0"),
            ("1e23", "1.0E23"),
            ("2e23", "2.0E23"),
            ("5e-324", "4.9E-324"),
            ("1.7976931348623157e308", "1.7976931348623157E308"),
            ("2.2250738585072014e-308", "2.2250738585072014E-308"),
            ("9007199254740993", "9.007199254740992E15"),
            ("100", "100.0"),
            ("-12.5", "-12.5"),
            ("1e999", "Infinity"),
            ("-1e999", "-Infinity"),
        ];
        for (written, printed) in known {
            assert_eq!(as_double(written), printed, "{written}");
        }
    }

    #[test]
    fn an_exponent_makes_a_decimal() {
        assert!(has_fraction("8E+5") && has_fraction("1.0") && !has_fraction("-12"));
    }
}
