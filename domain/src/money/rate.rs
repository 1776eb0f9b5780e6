use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::Money;

/// The most places behind the point that a rate may have.
pub const RATE_PLACES_MAX: u32 = 8;

/// The premium's rate as a fraction (0.008 is 0.8 %), above 0 and at most 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rate(Decimal);

/// Why a number is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rate is a fraction above 0 and at most 1, with at most {RATE_PLACES_MAX} places")]
pub struct RateError;

impl Rate {
    /// Takes an exact decimal.
    ///
    /// # Errors
    /// Outside (0, 1], or with more than [`RATE_PLACES_MAX`] places.
    pub fn from_decimal(value: Decimal) -> Result<Self, RateError> {
        let exact = value.normalize();
        let within = exact > Decimal::ZERO && exact <= Decimal::ONE && exact.scale() <= RATE_PLACES_MAX;
        if within { Ok(Self(exact)) } else { Err(RateError) }
    }

    /// The premium for an amount: rate × amount, half a fen rounded up, and never below `minimum`.
    #[must_use]
    pub fn premium(self, amount: Money, minimum: Money) -> Money {
        let product =
            (amount.as_decimal() * self.0).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        Money::from_decimal(product).unwrap_or(minimum).max(minimum)
    }

    /// The fraction, without zeros at its end.
    #[must_use]
    pub fn as_fraction(self) -> Decimal {
        self.0
    }

    /// The rate in percent, without zeros at its end.
    #[must_use]
    pub fn as_percent(self) -> Decimal {
        (self.0 * Decimal::ONE_HUNDRED).normalize()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_decimal(Decimal::from_str_exact(text).map_err(|_| RateError)?)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
