//! The parts of a guarantee's view.

use baohan_domain::event::{CancelledCause, InvoiceKind, SectionStatus, WithdrawnCause};
use baohan_domain::state::{Claim, ClaimState, InForce, Invoicing, Opening, Premium, Quitting, Remark};
use baohan_domain::underwriting::Assessment;
use baohan_domain::{DocumentRef, Form, Guarantee, Life, Media};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::viewer::Viewer;

/// The premium that was paid.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PremiumView {
    /// What was paid, in yuan.
    pub amount: String,
    /// In whose name the paying account is.
    pub payer_name: String,
    /// The paying account.
    pub payer_account: String,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
    /// The bank's or the core system's reference.
    pub reference: Option<String>,
}

/// How a guarantee, or an application for one, came to its end.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EndView {
    /// When.
    pub at: DateTime<Utc>,
    /// Who or what brought it about: applicant, platform, unpaid, requested, expired; null where the status says it.
    pub cause: Option<String>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

/// What an application waits for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnderwritingView {
    /// What it waits for: premium, payer-is-not-the-applicant, premium-too-low, terms-are-sealed; null where it waits
    /// for nothing but the decision.
    pub waiting_for: Option<String>,
    /// What automatic underwriting would do: issue, decline, wait.
    pub outcome: String,
    /// Why it would be declined.
    pub reason: Option<String>,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct InvoiceView {
    /// open, issued or declined.
    pub state: String,
    /// ordinary or special.
    pub kind: String,
    /// The buyer; null where it is hidden until the opening.
    pub title: Option<String>,
    /// The buyer's tax number; null where it is hidden until the opening.
    pub tax_no: Option<String>,
    /// The amount asked for, in yuan.
    pub amount: String,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// The names of its personal data.
    pub personal: Vec<String>,
    /// The code beside an 8-digit number.
    pub invoice_code: Option<String>,
    /// Its number.
    pub invoice_no: Option<String>,
    /// Where it can be downloaded.
    pub invoice_url: Option<String>,
    /// When it was issued or declined.
    pub settled_at: Option<DateTime<Utc>>,
    /// Why it was declined.
    pub reason: Option<String>,
}

/// A quit.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QuitView {
    /// open, agreed or refused.
    pub state: String,
    /// Why it was asked.
    pub reason: String,
    /// When it was asked.
    pub requested_at: DateTime<Utc>,
    /// What became of the section, where that let it be asked after the opening: failed, ended, suspended, void.
    pub exception: Option<String>,
    /// The section; null where it is hidden until the opening.
    pub exception_section_no: Option<String>,
    /// Why it was refused.
    pub refused_because: Option<String>,
    /// When it was refused.
    pub refused_at: Option<DateTime<Utc>>,
}

/// A demand.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClaimView {
    /// Its number within the guarantee.
    pub number: u32,
    /// open, paid or refused.
    pub state: String,
    /// What is demanded, in yuan; null where it is hidden until the opening.
    pub amount: Option<String>,
    /// The last working day on which it is paid in time, in China.
    pub due_on: NaiveDate,
    /// Whether that day has passed and it is open.
    pub overdue: bool,
    /// The account to be paid.
    pub payee_account: Option<String>,
    /// Why it is demanded.
    pub reason: Option<String>,
    /// Addresses of the papers.
    pub attachments: Vec<String>,
    /// The names of its personal data.
    pub personal: Vec<String>,
    /// When it was demanded.
    pub claimed_at: DateTime<Utc>,
    /// What was paid.
    pub paid_amount: Option<String>,
    /// The payment's reference.
    pub reference: Option<String>,
    /// When it was paid or refused.
    pub settled_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refused_because: Option<String>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DocumentView {
    /// sealed or plain.
    pub form: String,
    /// SM3 over its bytes, hex.
    pub digest: String,
    /// pdf or ofd.
    pub media: String,
    /// Its length in bytes.
    pub size_bytes: u64,
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RemarkView {
    /// The text.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl PremiumView {
    pub(super) fn of(premium: &Premium) -> Self {
        Self {
            amount: premium.amount.to_string(),
            payer_name: premium.payer_name.clone(),
            payer_account: premium.payer_account.clone(),
            paid_at: premium.paid_at,
            reference: premium.reference.clone(),
        }
    }
}

impl EndView {
    pub(super) fn of(life: &Life) -> Option<Self> {
        let (at, cause, reason) = match life {
            Life::Unknown | Life::Applied(_) | Life::InForce(_) => return None,
            Life::Declined { reason, at, .. } => (at, None, Some(reason.clone())),
            Life::Withdrawn { cause, reason, at, .. } => {
                let cause = match cause {
                    WithdrawnCause::Applicant => "applicant",
                    WithdrawnCause::Platform => "platform",
                    WithdrawnCause::Unpaid => "unpaid",
                };
                (at, Some(cause), reason.clone())
            }
            Life::Quit { was, at } => (at, None, was.quitting.open().map(|request| request.reason.clone())),
            Life::Cancelled { cause, at, .. } => {
                let cause = match cause {
                    CancelledCause::Requested => "requested",
                    CancelledCause::Expired => "expired",
                };
                (at, Some(cause), None)
            }
        };
        Some(Self { at: *at, cause: cause.map(str::to_owned), reason })
    }
}

impl UnderwritingView {
    pub(super) fn of(guarantee: &Guarantee, viewer: &Viewer<'_>) -> Option<Self> {
        let (waiting_for, outcome, reason) = match viewer.terms?.assess(guarantee, viewer.now) {
            Assessment::Decided => return None,
            Assessment::Issue { .. } => (None, "issue", None),
            Assessment::Decline { reason } => (None, "decline", Some(reason)),
            Assessment::Wait(waiting) => (Some(waiting.name().to_owned()), "wait", None),
        };
        Some(Self { waiting_for, outcome: outcome.to_owned(), reason })
    }
}

impl InvoiceView {
    pub(super) fn of(invoicing: &Invoicing, hides_applicant: bool) -> Option<Self> {
        let request = invoicing.request()?;
        let particulars = &request.particulars;
        let shown = |value: &String| if hides_applicant { None } else { Some(value.clone()) };
        let mut view = Self {
            state: "open".to_owned(),
            kind: invoice_kind(particulars.kind).to_owned(),
            title: shown(&particulars.title),
            tax_no: shown(&particulars.tax_no),
            amount: particulars.amount.to_string(),
            requested_at: request.requested_at,
            personal: request.personal.keys().cloned().collect(),
            invoice_code: None,
            invoice_no: None,
            invoice_url: None,
            settled_at: None,
            reason: None,
        };
        match invoicing {
            Invoicing::None | Invoicing::Open(_) => {}
            Invoicing::Declined { reason, at, .. } => {
                "declined".clone_into(&mut view.state);
                view.reason = Some(reason.clone());
                view.settled_at = Some(*at);
            }
            Invoicing::Issued { invoice_code, invoice_no, invoice_url, at, .. } => {
                "issued".clone_into(&mut view.state);
                view.invoice_code = invoice_code.as_ref().map(ToString::to_string);
                view.invoice_no = Some(invoice_no.to_string());
                view.invoice_url.clone_from(invoice_url);
                view.settled_at = Some(*at);
            }
        }
        Some(view)
    }
}

/// The name of an invoice's kind.
pub(crate) fn invoice_kind(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Ordinary => "ordinary",
        InvoiceKind::Special => "special",
    }
}

impl QuitView {
    pub(super) fn of(guarantee: &Guarantee, hidden: bool) -> Option<Self> {
        let is_agreed = matches!(guarantee.life, Life::Quit { .. });
        let (request, refused) = match &guarantee.issued()?.quitting {
            Quitting::None => return None,
            Quitting::Open(request) => (request, None),
            Quitting::Refused { request, reason, at } => (request, Some((reason.clone(), *at))),
        };
        let exception = request.exception.as_ref();
        Some(Self {
            state: match &refused {
                Some(_) => "refused",
                None if is_agreed => "agreed",
                None => "open",
            }
            .to_owned(),
            reason: request.reason.clone(),
            requested_at: request.requested_at,
            exception: exception.map(|exception| section_status(exception.status).to_owned()),
            exception_section_no: exception.filter(|_| !hidden).map(|exception| exception.section_no.clone()),
            refused_at: refused.as_ref().map(|(_, at)| *at),
            refused_because: refused.map(|(reason, _)| reason),
        })
    }
}

fn section_status(status: SectionStatus) -> &'static str {
    match status {
        SectionStatus::Failed => "failed",
        SectionStatus::Ended => "ended",
        SectionStatus::Suspended => "suspended",
        SectionStatus::Void => "void",
    }
}

impl ClaimView {
    pub(super) fn of(claim: &Claim, now: DateTime<Utc>, hides_amount: bool) -> Self {
        let mut view = Self {
            number: claim.number,
            state: "open".to_owned(),
            amount: Some(claim.amount.to_string()).filter(|_| !hides_amount),
            due_on: claim.due_on,
            overdue: false,
            payee_account: claim.payee_account.clone(),
            reason: claim.reason.clone(),
            attachments: claim.attachments.clone(),
            personal: claim.personal.keys().cloned().collect(),
            claimed_at: claim.claimed_at,
            paid_amount: None,
            reference: None,
            settled_at: None,
            refused_because: None,
        };
        match &claim.state {
            ClaimState::Open => view.overdue = baohan_domain::calendar::china_date(now) > claim.due_on,
            ClaimState::Paid { amount, reference, at } => {
                "paid".clone_into(&mut view.state);
                view.paid_amount = Some(amount.to_string()).filter(|_| !hides_amount);
                view.reference = Some(reference.clone());
                view.settled_at = Some(*at);
            }
            ClaimState::Refused { reason, at } => {
                "refused".clone_into(&mut view.state);
                view.refused_because = Some(reason.clone());
                view.settled_at = Some(*at);
            }
        }
        view
    }
}

impl DocumentView {
    pub(super) fn all_of(issued: &InForce) -> Vec<Self> {
        let plain = match &issued.opening {
            Opening::Restored { document, .. } => Some(document),
            Opening::Waiting | Opening::Requested(_) => None,
        };
        [Some(&issued.document), plain].into_iter().flatten().map(Self::of).collect()
    }

    fn of(document: &DocumentRef) -> Self {
        let form = match document.form {
            Form::Sealed => "sealed",
            Form::Plain => "plain",
        };
        let media = match document.media {
            Media::Pdf => "pdf",
            Media::Ofd => "ofd",
        };
        Self {
            form: form.to_owned(),
            digest: document.digest.clone(),
            media: media.to_owned(),
            size_bytes: document.size_bytes,
        }
    }
}

impl RemarkView {
    pub(super) fn of(remark: &Remark) -> Self {
        Self { text: remark.text.clone(), at: remark.at }
    }
}

pub(super) fn restored_at(issued: &InForce) -> Option<DateTime<Utc>> {
    match &issued.opening {
        Opening::Restored { at, .. } => Some(*at),
        Opening::Waiting | Opening::Requested(_) => None,
    }
}
