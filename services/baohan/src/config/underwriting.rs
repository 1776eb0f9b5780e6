//! `[underwriting]`: what a guarantee costs, how long it lasts, and who decides.

use baohan_domain::{Money, Rate};
use rust_decimal::Decimal;

use super::section::Section;

/// Fen in a yuan.
const FEN: i64 = 100;
/// What an institution of middle size decides about without a person.
const AMOUNT_LIMIT_DEFAULT_YUAN: i64 = 5_000_000;
/// Ten years: no bid is valid for so long.
const VALIDITY_DAYS_MAX: u32 = 3_660;
/// A year unpaid.
const UNPAID_DAYS_MAX: u32 = 366;

/// The terms of the business.
#[derive(Debug, Clone)]
pub struct Underwriting {
    /// Whether guarantees are issued as soon as the premium is recorded.
    pub automatic: bool,
    /// The premium's rate, a fraction between 0 and 1.
    pub rate: Rate,
    /// The least premium.
    pub minimum_premium: Money,
    /// Days from the issue to the expiry.
    pub validity_days: u32,
    /// The greatest amount a guarantee; over it the automatic mode declines.
    pub amount_limit: Money,
    /// Days after which an unpaid application is withdrawn; 0 is never.
    pub unpaid_days: u32,
}

impl Underwriting {
    /// Reads the section; `None` beside the mistake where the rate is none.
    pub fn read(section: &mut Section<'_>) -> Option<Self> {
        let automatic = section.choice("mode", ("manual", false), &[("automatic", true)]);
        let rate = rate(section);
        let minimum_premium = money(section, "minimum_premium", Money::from_fen(200 * FEN), false);
        let validity_days = section.count("validity_days", 120, 1..=VALIDITY_DAYS_MAX);
        let amount_limit =
            money(section, "amount_limit", Money::from_fen(AMOUNT_LIMIT_DEFAULT_YUAN * FEN), true);
        let unpaid_days = section.count("unpaid_days", 15, 0..=UNPAID_DAYS_MAX);
        Some(Self { automatic, rate: rate?, minimum_premium, validity_days, amount_limit, unpaid_days })
    }
}

fn rate(section: &mut Section<'_>) -> Option<Rate> {
    let text = section.text("rate", "0.008");
    let rate = text.parse::<Rate>().ok().filter(|rate| rate.as_fraction() < Decimal::ONE);
    if rate.is_none() {
        let message =
            format!("\"{text}\" is no rate: a fraction above 0 and below 1, such as 0.008 for 0.8 %");
        let percent = text.parse::<Decimal>().ok().and_then(|percent| {
            let fraction = percent.checked_div(Decimal::ONE_HUNDRED)?;
            Rate::from_decimal(fraction).ok()
        });
        section.wrong(
            "rate",
            &message,
            percent.map(|rate| format!("if {text} % is meant, write \"{rate}\"")),
        );
    }
    rate
}

fn money(section: &mut Section<'_>, key: &str, default: Money, positive: bool) -> Money {
    section.parsed(key, default, |text| {
        let money: Money = text.parse().map_err(|error| format!("\"{text}\" is no amount: {error}"))?;
        if positive && !money.is_positive() {
            return Err("must be more than nothing".to_owned());
        }
        Ok(money)
    })
}
