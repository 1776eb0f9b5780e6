use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::personal::{Fingerprint, PersonalData};

/// A demand under the guarantee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Its number, from 1.
    pub number: u32,
    /// What is demanded.
    pub amount: Money,
    /// The account to be paid.
    pub payee_account: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Addresses of the papers.
    pub attachments: Vec<String>,
    /// Whom to talk to.
    pub personal: PersonalData,
    /// The last working day on which it is paid in time.
    pub due_on: NaiveDate,
    /// Tells a repeat.
    pub content: Fingerprint,
    /// When.
    pub claimed_at: DateTime<Utc>,
    /// What became of it.
    pub state: ClaimState,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClaimState {
    /// Neither paid nor refused.
    Open,
    /// Paid.
    Paid {
        /// What was paid.
        amount: Money,
        /// The payment's reference.
        reference: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Refused.
    Refused {
        /// Why.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Claim {
    /// Whether it was refused, so that it takes nothing and can be presented anew.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.state, ClaimState::Refused { .. })
    }

    /// What it takes from the guarantee.
    #[must_use]
    pub fn taken(&self) -> Money {
        match &self.state {
            ClaimState::Open => self.amount,
            ClaimState::Paid { amount, .. } => *amount,
            ClaimState::Refused { .. } => Money::ZERO,
        }
    }
}
