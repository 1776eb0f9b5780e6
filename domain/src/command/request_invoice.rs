use chrono::{DateTime, Utc};

use super::{Decision, same_number};
use crate::event::{InvoiceParticulars, InvoiceRequested};
use crate::personal::{Fingerprint, PersonalData};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Invoicing, Life};

/// invoiceapply: the bidder asks for the premium's invoice. It goes on after a cancellation, not after a quit.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestInvoice {
    /// Our number, as the platform says it.
    pub guarantee_no: String,
    /// What is to stand on the invoice.
    pub particulars: InvoiceParticulars,
    /// Phones and mailboxes to which it goes.
    pub personal: PersonalData,
    /// Of the call's business content.
    pub content: Fingerprint,
    /// Now.
    pub at: DateTime<Utc>,
}

impl RequestInvoice {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        let issued = match &guarantee.life {
            Life::InForce(was) | Life::Cancelled { was, .. } => was,
            Life::Quit { .. } => return Err(Refusal::AlreadyQuit),
            Life::Unknown => return Err(Refusal::UnknownApplication),
            Life::Applied(_) | Life::Declined { .. } | Life::Withdrawn { .. } => {
                return Err(Refusal::NotIssued);
            }
        };
        same_number(issued, &self.guarantee_no)?;
        match &issued.invoicing {
            // A platform that lost the answer asks again after the invoice went out: still the same call.
            Invoicing::Open(request) | Invoicing::Issued { request, .. }
                if request.content == self.content =>
            {
                return Ok(Decision::Repeat);
            }
            Invoicing::Open(_) => return Err(Refusal::InvoiceOpen),
            Invoicing::Issued { .. } => return Err(Refusal::AlreadyInvoiced),
            Invoicing::None | Invoicing::Declined { .. } => {}
        }
        if !issued.is_opened(self.at) {
            return Err(Refusal::NotOpened);
        }
        Ok(Decision::one(InvoiceRequested {
            particulars: self.particulars,
            personal: self.personal,
            content: self.content,
            requested_at: self.at,
        }))
    }
}
