use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Application, Claim, ClaimState, Invoicing, Opening, Premium, Quitting};
use crate::calendar::china_date;
use crate::money::{Money, Rate};
use crate::numbers::GuaranteeNo;
use crate::terms::{DocumentRef, Terms};

/// What was issued, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InForce {
    /// What was asked for.
    pub application: Application,
    /// What was paid.
    pub premium: Premium,
    /// Our number.
    pub guarantee_no: GuaranteeNo,
    /// The premium's rate.
    pub rate: Rate,
    /// The last day in force, in China.
    pub valid_until: NaiveDate,
    /// The first document.
    pub document: DocumentRef,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// How far the opening is.
    pub opening: Opening,
    /// How far the invoice is.
    pub invoicing: Invoicing,
    /// Whether it is asked back.
    pub quitting: Quitting,
    /// Demands, in order.
    pub claims: Vec<Claim>,
}

impl InForce {
    /// Everything that is known in the clear. What came in the clear was underwritten and stays, whatever a restore says of it.
    #[must_use]
    pub fn terms(&self) -> Terms {
        match self.opening.key() {
            Some(key) => key.opened.clone().with(&self.application.terms),
            None => self.application.terms.clone(),
        }
    }

    /// The amount guaranteed, once it is known.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        let opened = || self.opening.key().and_then(|key| key.opened.amount);
        self.application.terms.amount.or_else(opened)
    }

    /// What can still be claimed: the amount less what is demanded or paid; refused claims do not count.
    #[must_use]
    pub fn left(&self) -> Money {
        let taken = self.claims.iter().map(Claim::taken);
        taken.fold(self.amount().unwrap_or_default(), Money::saturating_sub)
    }

    /// Whether a claim waits to be paid or refused.
    #[must_use]
    pub fn has_unpaid_claim(&self) -> bool {
        self.claims.iter().any(|claim| matches!(claim.state, ClaimState::Open))
    }

    /// Whether the validity has run out at that moment.
    #[must_use]
    pub fn is_past_validity(&self, at: DateTime<Utc>) -> bool {
        china_date(at) > self.valid_until
    }

    /// Nothing was sealed, so the first document is the plain one.
    #[must_use]
    pub fn was_never_sealed(&self) -> bool {
        self.application.sealed.is_empty()
    }

    /// Whether the plain values are known: the key came (and does not wait for the opening), or nothing was sealed.
    #[must_use]
    pub fn is_opened(&self, at: DateTime<Utc>) -> bool {
        self.was_never_sealed() || self.opening.is_opened(at)
    }

    /// Whether the opening's time is known and has come.
    #[must_use]
    pub fn opening_time_reached(&self, at: DateTime<Utc>) -> bool {
        self.opening.key().is_some_and(|key| key.opening_at <= at)
    }
}
