use chrono::{DateTime, Utc};

use super::Decision;
use crate::event::InvoiceDeclined;
use crate::refusal::Refusal;
use crate::state::{Guarantee, Invoicing, Life};

/// The office declines an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclineInvoice {
    /// Why.
    pub reason: String,
    /// Now.
    pub at: DateTime<Utc>,
}

impl DeclineInvoice {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        match invoicing(guarantee)? {
            Invoicing::Open(_) => {
                Ok(Decision::one(InvoiceDeclined { reason: self.reason, declined_at: self.at }))
            }
            Invoicing::Declined { reason, .. } if *reason == self.reason => Ok(Decision::Repeat),
            Invoicing::Issued { .. } => Err(Refusal::AlreadyInvoiced),
            Invoicing::None | Invoicing::Declined { .. } => Err(Refusal::NoInvoiceOpen),
        }
    }
}

/// How far the invoice is, in a life in which there can be one.
pub(super) fn invoicing(guarantee: &Guarantee) -> Result<&Invoicing, Refusal> {
    match &guarantee.life {
        Life::InForce(was) | Life::Cancelled { was, .. } => Ok(&was.invoicing),
        Life::Quit { .. } => Err(Refusal::AlreadyQuit),
        Life::Unknown => Err(Refusal::UnknownApplication),
        Life::Applied(_) | Life::Declined { .. } | Life::Withdrawn { .. } => Err(Refusal::NotIssued),
    }
}
