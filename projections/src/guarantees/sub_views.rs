//! The parts of a guarantee's view.

use baohan_domain::event::SectionStatus;
use baohan_domain::state::{
    Claim, ClaimState, End, InForce, Invoice, InvoiceOutcome, Premium, QuitOutcome, Remark,
};
use baohan_domain::underwriting::Assessment;
use baohan_domain::{DocumentRef, Form, Guarantee, Media, Money};
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
    pub(super) fn of(end: End<'_>) -> Self {
        Self { at: end.at, cause: end.cause.map(str::to_owned), reason: end.reason.map(str::to_owned) }
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
    pub(super) fn of(outcome: InvoiceOutcome<'_>, hides_applicant: bool) -> Self {
        let Invoice { particulars, personal, requested_at, .. } = outcome.request;
        let shown = |value: &String| if hides_applicant { None } else { Some(value.clone()) };
        Self {
            state: outcome.state.to_owned(),
            kind: particulars.kind.name().to_owned(),
            title: shown(&particulars.title),
            tax_no: shown(&particulars.tax_no),
            amount: particulars.amount.to_string(),
            requested_at: *requested_at,
            personal: personal.keys().cloned().collect(),
            invoice_code: outcome.code.map(ToString::to_string),
            invoice_no: outcome.number.map(ToString::to_string),
            invoice_url: outcome.url.map(str::to_owned),
            settled_at: outcome.settled_at,
            reason: outcome.reason.map(str::to_owned),
        }
    }
}

impl QuitView {
    pub(super) fn of(outcome: QuitOutcome<'_>, hidden: bool) -> Self {
        let exception = outcome.request.exception.as_ref();
        Self {
            state: outcome.state.to_owned(),
            reason: outcome.request.reason.clone(),
            requested_at: outcome.request.requested_at,
            exception: exception.map(|exception| section_status(exception.status).to_owned()),
            exception_section_no: exception.filter(|_| !hidden).map(|exception| exception.section_no.clone()),
            refused_because: outcome.refused_because.map(str::to_owned),
            refused_at: outcome.refused_at,
        }
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
        let outcome = claim.outcome();
        let shown = |amount: Money| if hides_amount { None } else { Some(amount.to_string()) };
        let is_open = matches!(claim.state, ClaimState::Open);
        Self {
            number: claim.number,
            state: outcome.state.to_owned(),
            amount: shown(claim.amount),
            due_on: claim.due_on,
            overdue: is_open && baohan_domain::calendar::china_date(now) > claim.due_on,
            payee_account: claim.payee_account.clone(),
            reason: claim.reason.clone(),
            attachments: claim.attachments.clone(),
            personal: claim.personal.keys().cloned().collect(),
            claimed_at: claim.claimed_at,
            paid_amount: outcome.paid_amount.and_then(shown),
            reference: outcome.reference.map(str::to_owned),
            settled_at: outcome.settled_at,
            refused_because: outcome.refused_because.map(str::to_owned),
        }
    }
}

impl DocumentView {
    pub(super) fn all_of(issued: &InForce) -> Vec<Self> {
        issued.documents().map(Self::of).collect()
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
