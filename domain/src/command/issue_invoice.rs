use chrono::{DateTime, Utc};

use super::{Decision, decline_invoice::invoicing};
use crate::event::Invoiced;
use crate::numbers::{InvoiceCode, InvoiceNo};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Invoicing};

/// The office or a worker has issued the invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueInvoice {
    /// The code beside an 8-digit number.
    pub invoice_code: Option<InvoiceCode>,
    /// The invoice's number.
    pub invoice_no: InvoiceNo,
    /// Where it can be downloaded.
    pub invoice_url: Option<String>,
    /// Now.
    pub at: DateTime<Utc>,
}

impl IssueInvoice {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        match invoicing(guarantee)? {
            Invoicing::Open(_) => Ok(Decision::one(Invoiced {
                invoice_code: self.invoice_code,
                invoice_no: self.invoice_no,
                invoice_url: self.invoice_url,
                invoiced_at: self.at,
            })),
            Invoicing::Issued { invoice_no, invoice_code, invoice_url, .. } => {
                let same = *invoice_no == self.invoice_no
                    && *invoice_code == self.invoice_code
                    && *invoice_url == self.invoice_url;
                if same { Ok(Decision::Repeat) } else { Err(Refusal::AlreadyInvoiced) }
            }
            Invoicing::None | Invoicing::Declined { .. } => Err(Refusal::NoInvoiceOpen),
        }
    }
}
