use chrono::{DateTime, NaiveDate, Utc};

use super::{Decision, in_force, same_number};
use crate::event::{CancelledCause, Claimed};
use crate::money::Money;
use crate::personal::{Fingerprint, PersonalData};
use crate::refusal::Refusal;
use crate::state::{self, Guarantee};

/// claimsnotice: a demand under the guarantee, taken at once when it is in form (URDG 758, articles 15 and 20).
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Our number, as the platform says it.
    pub guarantee_no: String,
    /// What is demanded; absent: all that is left.
    pub amount: Option<Money>,
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
    /// Of the call's business content.
    pub content: Fingerprint,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Claim {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        // The same demand once more is told first: its answer may have been lost, whatever came after it.
        // One that was refused is no longer standing, so the same demand is presented anew.
        let same = |claim: &state::Claim| claim.content == self.content && !claim.is_refused();
        if guarantee.issued().is_some_and(|issued| issued.claims.iter().any(same)) {
            return Ok(Decision::Repeat);
        }
        let in_force = in_force(guarantee)?;
        same_number(in_force, &self.guarantee_no)?;
        if in_force.is_past_validity(self.at) {
            return Err(Refusal::AlreadyCancelled { cause: CancelledCause::Expired });
        }
        // A sealed amount bounds nothing until the key comes.
        if in_force.amount().is_none() {
            return Err(Refusal::NotOpened);
        }
        let left = in_force.left();
        let amount = self.amount.unwrap_or(left);
        if !amount.is_positive() || amount > left {
            return Err(Refusal::OverTheAmountLeft { left });
        }
        let number = in_force.claims.last().map_or(1, |claim| claim.number + 1);
        Ok(Decision::one(Claimed {
            claim: number,
            amount,
            left: left.saturating_sub(amount),
            payee_account: self.payee_account,
            reason: self.reason,
            attachments: self.attachments,
            personal: self.personal,
            due_on: self.due_on,
            content: self.content,
            claimed_at: self.at,
        }))
    }
}
