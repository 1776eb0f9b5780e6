use baohan_domain::{GuaranteeNo, NumberError};
use chrono::NaiveDate;

/// Stands for the day in China, yyyyMMdd.
const DATE: &str = "{date}";
/// Stands for the serial of that day, eight digits at least.
const SERIAL: &str = "{serial}";

/// The form of our own guarantee numbers, such as `BH{date}{serial}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPattern(String);

impl NumberPattern {
    /// Takes a pattern. The configuration checks that it holds both parts.
    #[must_use]
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// The number of a serial of a day.
    ///
    /// # Errors
    /// When the pattern makes a number of a form that no guarantee number has.
    pub fn number(&self, day: NaiveDate, serial: u64) -> Result<GuaranteeNo, NumberError> {
        let date = day.format("%Y%m%d").to_string();
        GuaranteeNo::new(self.0.replace(DATE, &date).replace(SERIAL, &format!("{serial:08}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_day_and_its_serial() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let pattern = NumberPattern::new("BH{date}{serial}");
        assert_eq!(pattern.number(day, 1).unwrap().as_str(), "BH2026030200000001");
        assert_eq!(pattern.number(day, 123_456_789).unwrap().as_str(), "BH20260302123456789");
        assert!(NumberPattern::new("X".repeat(50) + "{serial}").number(day, 1).is_err());
    }
}
