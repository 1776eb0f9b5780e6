//! What automatic underwriting does with an application. The specification voids a guarantee whose premium did not
//! come from the bidder's own basic account, so only the applicant's own payment is taken without a person.

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::calendar::china_date;
use crate::money::{Money, Rate};
use crate::state::{Guarantee, Life};

/// The institution's terms.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderwritingTerms {
    /// The premium's rate.
    pub rate: Rate,
    /// The least premium.
    pub minimum_premium: Money,
    /// How many days a guarantee is in force, the day of issue not counted.
    pub validity_days: u32,
    /// The highest amount of one guarantee.
    pub amount_limit: Money,
}

/// Why an application waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Nobody has paid.
    ForThePremium,
    /// The payer's name is not the applicant's.
    PayerIsNotTheApplicant,
    /// Less was paid than the premium.
    PremiumTooLow,
    /// The amount or the applicant is sealed.
    TermsAreSealed,
}

impl Waiting {
    /// The stable name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ForThePremium => "premium",
            Self::PayerIsNotTheApplicant => "payer-is-not-the-applicant",
            Self::PremiumTooLow => "premium-too-low",
            Self::TermsAreSealed => "terms-are-sealed",
        }
    }
}

/// What automatic underwriting would do.
#[derive(Debug, Clone, PartialEq)]
pub enum Assessment {
    /// Issue, with this last day in force.
    Issue {
        /// The last day in force, in China.
        valid_until: NaiveDate,
    },
    /// Decline, for this reason (Chinese).
    Decline {
        /// What the office and the audit trail read.
        reason: String,
    },
    /// Wait, visibly.
    Wait(Waiting),
    /// Nothing is left to decide.
    Decided,
}

impl UnderwritingTerms {
    /// The last day in force of a guarantee issued at that moment.
    #[must_use]
    pub fn valid_until(&self, at: DateTime<Utc>) -> NaiveDate {
        let today = china_date(at);
        today.checked_add_days(Days::new(u64::from(self.validity_days))).unwrap_or(today)
    }

    /// The premium for an amount.
    #[must_use]
    pub fn premium(&self, amount: Money) -> Money {
        self.rate.premium(amount, self.minimum_premium)
    }

    /// Decides what can be decided without a person.
    #[must_use]
    pub fn assess(&self, guarantee: &Guarantee, at: DateTime<Utc>) -> Assessment {
        let Life::Applied(pending) = &guarantee.life else { return Assessment::Decided };
        let terms = &pending.application.terms;
        let (Some(amount), Some(applicant)) = (terms.amount, &terms.applicant_name) else {
            return Assessment::Wait(Waiting::TermsAreSealed);
        };
        if amount > self.amount_limit {
            return Assessment::Decline {
                reason: format!("保证金金额超过单笔限额{}元", self.amount_limit)
            };
        }
        let Some(premium) = &pending.premium else { return Assessment::Wait(Waiting::ForThePremium) };
        if premium.payer_name.trim() != applicant.trim() {
            return Assessment::Wait(Waiting::PayerIsNotTheApplicant);
        }
        if premium.amount < self.premium(amount) {
            return Assessment::Wait(Waiting::PremiumTooLow);
        }
        Assessment::Issue { valid_until: self.valid_until(at) }
    }
}
