//! What became of the things in a guarantee's life, in the words that everybody uses who tells of it: the read API, the topic of
//! states. Who may see what is decided there, not here.

use chrono::{DateTime, Utc};

use super::{
    Claim, ClaimState, Guarantee, InForce, Invoice, Invoicing, Life, Opening, QuitRequest, Quitting,
};
use crate::event::{CancelledCause, InvoiceKind, WithdrawnCause};
use crate::money::Money;
use crate::numbers::{InvoiceCode, InvoiceNo};
use crate::terms::DocumentRef;

/// How a guarantee, or an application for one, came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Who or what brought it about; nothing where the status says it.
    pub cause: Option<&'static str>,
    /// Why, where somebody said so.
    pub reason: Option<&'a str>,
}

/// What became of an invoice that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InvoiceOutcome<'a> {
    /// What was asked for.
    pub request: &'a Invoice,
    /// open, issued or declined.
    pub state: &'static str,
    /// The code beside an 8-digit number.
    pub code: Option<&'a InvoiceCode>,
    /// Its number.
    pub number: Option<&'a InvoiceNo>,
    /// Where it can be downloaded.
    pub url: Option<&'a str>,
    /// When it was issued or declined.
    pub settled_at: Option<DateTime<Utc>>,
    /// Why it was declined.
    pub reason: Option<&'a str>,
}

/// What became of a quit that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuitOutcome<'a> {
    /// What was asked.
    pub request: &'a QuitRequest,
    /// open, agreed or refused.
    pub state: &'static str,
    /// Why it was refused.
    pub refused_because: Option<&'a str>,
    /// When it was refused.
    pub refused_at: Option<DateTime<Utc>>,
}

/// What became of a demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClaimOutcome<'a> {
    /// open, paid or refused.
    pub state: &'static str,
    /// What was paid.
    pub paid_amount: Option<Money>,
    /// The payment's reference.
    pub reference: Option<&'a str>,
    /// When it was paid or refused.
    pub settled_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refused_because: Option<&'a str>,
}

impl Life {
    /// How it ended, or why nothing came of it; nothing while it goes on.
    #[must_use]
    pub fn end(&self) -> Option<End<'_>> {
        let (at, cause, reason) = match self {
            Self::Unknown | Self::Applied(_) | Self::InForce(_) => return None,
            Self::Declined { reason, at, .. } => (at, None, Some(reason.as_str())),
            Self::Withdrawn { cause, reason, at, .. } => {
                let cause = match cause {
                    WithdrawnCause::Applicant => "applicant",
                    WithdrawnCause::Platform => "platform",
                    WithdrawnCause::Unpaid => "unpaid",
                };
                (at, Some(cause), reason.as_deref())
            }
            Self::Quit { was, at } => (at, None, was.quitting.open().map(|request| request.reason.as_str())),
            Self::Cancelled { cause, at, .. } => {
                let cause = match cause {
                    CancelledCause::Requested => "requested",
                    CancelledCause::Expired => "expired",
                };
                (at, Some(cause), None)
            }
        };
        Some(End { at: *at, cause, reason })
    }
}

impl Invoicing {
    /// What became of the invoice that was asked for last.
    #[must_use]
    pub fn outcome(&self) -> Option<InvoiceOutcome<'_>> {
        let request = self.request()?;
        let open = InvoiceOutcome {
            request,
            state: "open",
            code: None,
            number: None,
            url: None,
            settled_at: None,
            reason: None,
        };
        Some(match self {
            Self::None | Self::Open(_) => open,
            Self::Declined { reason, at, .. } => {
                InvoiceOutcome { state: "declined", settled_at: Some(*at), reason: Some(reason), ..open }
            }
            Self::Issued { invoice_code, invoice_no, invoice_url, at, .. } => InvoiceOutcome {
                state: "issued",
                code: invoice_code.as_ref(),
                number: Some(invoice_no),
                url: invoice_url.as_deref(),
                settled_at: Some(*at),
                ..open
            },
        })
    }
}

impl InvoiceKind {
    /// One word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Special => "special",
        }
    }
}

impl Guarantee {
    /// What became of the quit that was asked for last.
    #[must_use]
    pub fn quit(&self) -> Option<QuitOutcome<'_>> {
        let state = if matches!(self.life, Life::Quit { .. }) { "agreed" } else { "open" };
        Some(match &self.issued()?.quitting {
            Quitting::None => return None,
            Quitting::Open(request) => {
                QuitOutcome { request, state, refused_because: None, refused_at: None }
            }
            Quitting::Refused { request, reason, at } => QuitOutcome {
                request,
                state: "refused",
                refused_because: Some(reason),
                refused_at: Some(*at),
            },
        })
    }
}

impl Claim {
    /// What became of it.
    #[must_use]
    pub fn outcome(&self) -> ClaimOutcome<'_> {
        let open = ClaimOutcome {
            state: "open",
            paid_amount: None,
            reference: None,
            settled_at: None,
            refused_because: None,
        };
        match &self.state {
            ClaimState::Open => open,
            ClaimState::Paid { amount, reference, at } => ClaimOutcome {
                state: "paid",
                paid_amount: Some(*amount),
                reference: Some(reference),
                settled_at: Some(*at),
                ..open
            },
            ClaimState::Refused { reason, at } => ClaimOutcome {
                state: "refused",
                settled_at: Some(*at),
                refused_because: Some(reason),
                ..open
            },
        }
    }
}

impl InForce {
    /// When the plain document was made.
    #[must_use]
    pub fn restored_at(&self) -> Option<DateTime<Utc>> {
        match &self.opening {
            Opening::Restored { at, .. } => Some(*at),
            Opening::Waiting | Opening::Requested(_) => None,
        }
    }

    /// The documents: the first one, then the plain one.
    pub fn documents(&self) -> impl Iterator<Item = &DocumentRef> {
        let plain = match &self.opening {
            Opening::Restored { document, .. } => Some(document),
            Opening::Waiting | Opening::Requested(_) => None,
        };
        std::iter::once(&self.document).chain(plain)
    }
}
