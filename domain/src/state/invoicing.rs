use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::event::InvoiceParticulars;
use crate::numbers::{InvoiceCode, InvoiceNo};
use crate::personal::{Fingerprint, PersonalData};

/// How far the invoice is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "invoicing", rename_all = "snake_case")]
pub enum Invoicing {
    /// Nobody asked.
    None,
    /// Asked for.
    Open(Invoice),
    /// Declined; it may be asked for again.
    Declined {
        /// What was asked for.
        request: Invoice,
        /// Why it was declined.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Issued.
    Issued {
        /// What was asked for.
        request: Invoice,
        /// The code beside an 8-digit number.
        invoice_code: Option<InvoiceCode>,
        /// The invoice's number.
        invoice_no: InvoiceNo,
        /// Where it can be downloaded.
        invoice_url: Option<String>,
        /// When.
        at: DateTime<Utc>,
    },
}

/// An invoice as it was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invoice {
    /// What is to stand on it.
    pub particulars: InvoiceParticulars,
    /// Phones and mailboxes to which it goes.
    pub personal: PersonalData,
    /// Tells a repeat.
    pub content: Fingerprint,
    /// When.
    pub requested_at: DateTime<Utc>,
}

impl Invoicing {
    /// What was asked for last, if anything was.
    #[must_use]
    pub fn request(&self) -> Option<&Invoice> {
        match self {
            Self::None => None,
            Self::Open(request) | Self::Declined { request, .. } | Self::Issued { request, .. } => {
                Some(request)
            }
        }
    }
}
