//! Money as exact decimal of yuan with two places, and the premium's rate.

mod capitals;
mod rate;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use capitals::in_capitals;
pub use rate::{RATE_PLACES_MAX, Rate, RateError};

/// The most digits that an amount may have when it is counted in fen (interface specification's family: 18).
pub const FEN_DIGITS_MAX: u32 = 18;
/// The longest text that is looked at as an amount; the family's documents bound it so.
pub const TEXT_LENGTH_MAX: usize = 50;

/// A non-negative amount in yuan (CNY), a whole number of fen, of at most [`FEN_DIGITS_MAX`] digits in fen.
///
/// It is written with two places everywhere: `800000.00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(Decimal);

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// No decimal number at all, or longer than [`TEXT_LENGTH_MAX`].
    #[error("not a decimal number")]
    NotANumber,
    /// Below zero.
    #[error("a negative amount")]
    Negative,
    /// A part of a fen.
    #[error("not a whole number of fen")]
    PartOfAFen,
    /// More than [`FEN_DIGITS_MAX`] digits in fen.
    #[error("more than {FEN_DIGITS_MAX} digits")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Reads a decimal number (`800000`, `800000.5`, `800000.000000`, `8E+5`) exactly.
    ///
    /// # Errors
    /// What is no number, negative, no whole number of fen, or too long is refused; nothing is rounded.
    pub fn from_decimal_text(text: &str) -> Result<Self, MoneyError> {
        let plain = Decimal::from_str_exact(&expanded(text)?).map_err(|_| MoneyError::TooLarge)?;
        Self::from_decimal(plain)
    }

    /// Takes an exact decimal of yuan.
    ///
    /// # Errors
    /// As [`Money::from_decimal_text`].
    pub fn from_decimal(value: Decimal) -> Result<Self, MoneyError> {
        // A zero with a sign would print its sign.
        if value.is_zero() {
            return Ok(Self::ZERO);
        }
        if value.is_sign_negative() {
            return Err(MoneyError::Negative);
        }
        let mut exact = value.normalize();
        if exact.scale() > 2 {
            return Err(MoneyError::PartOfAFen);
        }
        exact.rescale(2);
        if exact.scale() != 2 || exact.mantissa() >= 10_i128.pow(FEN_DIGITS_MAX) {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self(exact))
    }

    /// The amount in fen.
    #[must_use]
    pub fn fen(self) -> i64 {
        // `from_decimal` keeps the mantissa below 10^18, which fits.
        i64::try_from(self.two_places().mantissa()).unwrap_or(i64::MAX)
    }

    /// An amount from its fen; negative fen are taken as nothing.
    #[must_use]
    pub fn from_fen(fen: i64) -> Self {
        Self::from_decimal(Decimal::new(fen, 2)).unwrap_or(Self::ZERO)
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > Decimal::ZERO
    }

    /// The exact decimal, in yuan.
    #[must_use]
    pub fn as_decimal(self) -> Decimal {
        self.0
    }

    /// The sum, if it is still an amount.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_decimal(self.0.checked_add(other.0)?).ok()
    }

    /// What is left, or nothing where more is taken than there is.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        if other.0 >= self.0 { Self::ZERO } else { Self(self.0 - other.0) }
    }

    fn two_places(self) -> Decimal {
        let mut value = self.0;
        value.rescale(2);
        value
    }
}

/// Writes out an exponent form and drops zeros behind the point, within bounds, so that the exact parser takes it.
fn expanded(text: &str) -> Result<String, MoneyError> {
    let not_a_number = MoneyError::NotANumber;
    if text.is_empty() || text.len() > TEXT_LENGTH_MAX || !text.is_ascii() {
        return Err(not_a_number);
    }
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| not_a_number)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let pointless = number.contains('.') && fraction.is_empty();
    if whole.is_empty() || pointless || !all_digits(whole) || !all_digits(fraction) {
        return Err(not_a_number);
    }
    if exponent.unsigned_abs() > FEN_DIGITS_MAX * 2 {
        return Err(MoneyError::TooLarge);
    }
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).unwrap_or(0) + i64::from(exponent);
    let written = if point <= 0 {
        format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)))
    } else {
        let point = usize::try_from(point).unwrap_or(0);
        if digits.len() <= point {
            format!("{digits}{}", "0".repeat(point - digits.len()))
        } else {
            format!("{}.{}", &digits[..point], &digits[point..])
        }
    };
    let trimmed = match written.split_once('.') {
        Some(_) => written.trim_end_matches('0').trim_end_matches('.'),
        None => written.as_str(),
    };
    if trimmed.split_once('.').is_some_and(|(_, fraction)| fraction.len() > 2) {
        return Err(MoneyError::PartOfAFen);
    }
    let trimmed = trimmed.trim_start_matches('0');
    let lead = if trimmed.is_empty() || trimmed.starts_with('.') { "0" } else { "" };
    Ok(format!("{}{lead}{trimmed}", if negative { "-" } else { "" }))
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.two_places().to_string())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "¥{self}")
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_decimal_text(text)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.two_places())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_decimal_text(&text).map_err(D::Error::custom)
    }
}
