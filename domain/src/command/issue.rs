use chrono::{DateTime, NaiveDate, Utc};

use super::Decision;
use crate::calendar::china_date;
use crate::event::{Event, Issued, PremiumPaid};
use crate::money::{Money, Rate};
use crate::numbers::GuaranteeNo;
use crate::refusal::Refusal;
use crate::state::{Guarantee, InForce, Life};
use crate::terms::{DocumentRef, Form};

/// What whoever issues has said himself; the rest comes from the terms of underwriting. Only this tells a repeat.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IssueAsked {
    /// A number of his own.
    pub guarantee_no: Option<GuaranteeNo>,
    /// A rate of his own.
    pub rate: Option<Rate>,
    /// The premium, given along.
    pub premium: Option<Money>,
    /// In whose name the paying account is.
    pub payer_name: Option<String>,
    /// The paying account.
    pub payer_account: Option<String>,
    /// The last day in force.
    pub valid_until: Option<NaiveDate>,
    /// Digest of a document given along.
    pub document_digest: Option<String>,
}

impl IssueAsked {
    /// Whether what was issued is just what is asked for now.
    #[must_use]
    pub fn is_met_by(&self, issued: &InForce) -> bool {
        fn agrees<T: PartialEq>(asked: Option<&T>, is: &T) -> bool {
            asked.is_none_or(|asked| asked == is)
        }
        agrees(self.guarantee_no.as_ref(), &issued.guarantee_no)
            && agrees(self.rate.as_ref(), &issued.rate)
            && agrees(self.premium.as_ref(), &issued.premium.amount)
            && agrees(self.payer_name.as_ref(), &issued.premium.payer_name)
            && agrees(self.payer_account.as_ref(), &issued.premium.payer_account)
            && agrees(self.valid_until.as_ref(), &issued.valid_until)
            && agrees(self.document_digest.as_ref(), &issued.document.digest)
    }
}

/// The office, a core system or automatic underwriting issues the guarantee.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// What was said by whoever issues.
    pub asked: IssueAsked,
    /// The number that it gets.
    pub guarantee_no: GuaranteeNo,
    /// The rate that applies.
    pub rate: Rate,
    /// The last day in force.
    pub valid_until: NaiveDate,
    /// The first document, which lies in the store already.
    pub document: DocumentRef,
    /// Now.
    pub at: DateTime<Utc>,
}

impl Issue {
    /// Whether the command could be taken, before a number is reserved and a document is made.
    ///
    /// # Errors
    /// The refusal that [`super::decide`] would give.
    pub fn foresee(
        guarantee: &Guarantee,
        asked: &IssueAsked,
        at: DateTime<Utc>,
    ) -> Result<Foreseen, Refusal> {
        let pending = match &guarantee.life {
            Life::Applied(pending) => pending,
            Life::Unknown => return Err(Refusal::UnknownApplication),
            Life::Declined { .. } => return Err(Refusal::AlreadyDeclined),
            Life::Withdrawn { .. } => return Err(Refusal::AlreadyWithdrawn),
            Life::InForce(was) | Life::Quit { was, .. } | Life::Cancelled { was, .. } => {
                return if asked.is_met_by(was) { Ok(Foreseen::Repeat) } else { Err(Refusal::AlreadyIssued) };
            }
        };
        if asked.valid_until.is_some_and(|day| day < china_date(at)) {
            return Err(Refusal::ValidityInThePast);
        }
        let Some(recorded) = &pending.premium else {
            return match (asked.premium, &asked.payer_name, &asked.payer_account) {
                (Some(amount), Some(payer_name), Some(payer_account)) => {
                    Ok(Foreseen::PremiumGivenAlong(PremiumPaid {
                        payer_name: payer_name.clone(),
                        payer_account: payer_account.clone(),
                        amount,
                        paid_at: at,
                        reference: None,
                    }))
                }
                _ => Err(Refusal::PremiumNotRecorded),
            };
        };
        let differs = asked.premium.is_some_and(|amount| amount != recorded.amount)
            || asked.payer_name.as_ref().is_some_and(|name| *name != recorded.payer_name)
            || asked.payer_account.as_ref().is_some_and(|account| *account != recorded.payer_account);
        if differs { Err(Refusal::PremiumDiffers) } else { Ok(Foreseen::PremiumRecorded) }
    }

    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        let given_along = match Self::foresee(guarantee, &self.asked, self.at)? {
            Foreseen::Repeat => return Ok(Decision::Repeat),
            Foreseen::PremiumGivenAlong(paid) => Some(paid),
            Foreseen::PremiumRecorded => None,
        };
        let Life::Applied(pending) = &guarantee.life else { return Err(Refusal::AlreadyIssued) };
        // A day that the terms of underwriting gave was not foreseen above.
        if self.valid_until < china_date(self.at) {
            return Err(Refusal::ValidityInThePast);
        }
        let form = if pending.application.sealed.is_empty() { Form::Plain } else { Form::Sealed };
        if self.document.form != form {
            return Err(Refusal::WrongForm);
        }
        let paid = match (&given_along, &pending.premium) {
            (Some(paid), _) => (paid.payer_name.clone(), paid.payer_account.clone(), paid.amount),
            (None, Some(paid)) => (paid.payer_name.clone(), paid.payer_account.clone(), paid.amount),
            (None, None) => return Err(Refusal::PremiumNotRecorded),
        };
        let issued = Issued {
            guarantee_no: self.guarantee_no,
            rate: self.rate,
            premium: paid.2,
            payer_name: paid.0,
            payer_account: paid.1,
            valid_until: self.valid_until,
            document: self.document,
            issued_at: self.at,
        };
        let events = given_along.map(Event::from).into_iter().chain([issued.into()]).collect();
        Ok(Decision::Changed(events))
    }
}

/// What would come of an issue.
#[derive(Debug, Clone, PartialEq)]
pub enum Foreseen {
    /// Just this is issued already.
    Repeat,
    /// It can be issued with the premium on record.
    PremiumRecorded,
    /// It can be issued, and the premium is recorded along with it.
    PremiumGivenAlong(PremiumPaid),
}
