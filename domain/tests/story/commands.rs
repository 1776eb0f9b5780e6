//! What is asked in the stories; each command brings about the event of the same story.

use baohan_domain::Form;
use baohan_domain::command::{
    Annotate, Apply, Cancel, Claim, ConfirmQuit, CorrectPremium, Decline, DeclineInvoice, EarlyRestore,
    Expire, Extend, Issue, IssueAsked, IssueInvoice, Notice, PayClaim, RecordNotice, RecordPremium,
    RecordRestored, RefuseClaim, RefuseQuit, RequestInvoice, RequestQuit, Restore, Withdraw,
};
use baohan_domain::event::NoticeKind;

use super::{at, document, events, fingerprint, yuan};

pub fn apply() -> Apply {
    let event = events::applied();
    Apply {
        platform: event.platform,
        platform_code: event.platform_code,
        application_no: event.application_no,
        terms: event.terms,
        sealed: event.sealed,
        extra: event.extra,
        personal: event.personal,
        content: event.content,
        at: event.applied_at,
    }
}

pub fn record_premium() -> RecordPremium {
    let event = events::premium_paid();
    RecordPremium {
        payer_name: event.payer_name,
        payer_account: event.payer_account,
        amount: event.amount,
        paid_at: Some(event.paid_at),
        reference: event.reference,
        at: at("2026-03-02 10:01:00"),
    }
}

pub fn correct_premium() -> CorrectPremium {
    let event = events::premium_corrected();
    CorrectPremium {
        payer_name: event.premium.payer_name,
        payer_account: event.premium.payer_account,
        amount: event.premium.amount,
        paid_at: None,
        reference: None,
        reason: event.reason,
        at: event.corrected_at,
    }
}

pub fn issue() -> Issue {
    let event = events::issued();
    Issue {
        asked: IssueAsked::default(),
        guarantee_no: event.guarantee_no,
        rate: event.rate,
        valid_until: event.valid_until,
        document: event.document,
        at: event.issued_at,
    }
}

/// The premium, given along with an issue.
pub fn premium_along() -> IssueAsked {
    let paid = events::premium_paid();
    IssueAsked {
        premium: Some(paid.amount),
        payer_name: Some(paid.payer_name),
        payer_account: Some(paid.payer_account),
        ..IssueAsked::default()
    }
}

pub fn decline() -> Decline {
    let event = events::declined();
    Decline { reason: event.reason, at: event.declined_at }
}

pub fn withdraw() -> Withdraw {
    let event = events::withdrawn();
    Withdraw { cause: event.cause, reason: event.reason, at: event.withdrawn_at }
}

pub fn restore() -> Restore {
    let event = events::restore_requested();
    Restore {
        guarantee_no: events::GUARANTEE_NO.into(),
        opening_at: event.opening_at,
        opened: Ok((event.opened, event.mode)),
        early: EarlyRestore::Accept { hours_max: 24 },
        at: event.requested_at,
    }
}

/// On the evening before the opening.
pub fn restore_early() -> Restore {
    Restore { at: events::restore_early().requested_at, ..restore() }
}

pub fn record_restored() -> RecordRestored {
    RecordRestored { document: document(Form::Plain), at: events::restored().restored_at }
}

pub fn request_invoice() -> RequestInvoice {
    let event = events::invoice_requested();
    RequestInvoice {
        guarantee_no: events::GUARANTEE_NO.into(),
        particulars: event.particulars,
        personal: event.personal,
        content: event.content,
        at: event.requested_at,
    }
}

pub fn issue_invoice() -> IssueInvoice {
    let event = events::invoiced();
    IssueInvoice {
        invoice_code: event.invoice_code,
        invoice_no: event.invoice_no,
        invoice_url: event.invoice_url,
        at: event.invoiced_at,
    }
}

pub fn decline_invoice() -> DeclineInvoice {
    let event = events::invoice_declined();
    DeclineInvoice { reason: event.reason, at: event.declined_at }
}

pub fn request_quit() -> RequestQuit {
    let event = events::quit_requested();
    RequestQuit {
        guarantee_no: events::GUARANTEE_NO.into(),
        reason: event.reason,
        exception: event.exception,
        content: event.content,
        at: event.requested_at,
    }
}

/// Another quit than [`request_quit`], with other content.
pub fn another_request_quit() -> RequestQuit {
    RequestQuit { content: fingerprint("another quit request"), ..request_quit() }
}

pub fn confirm_quit() -> ConfirmQuit {
    ConfirmQuit { at: events::quit().quit_at }
}

pub fn refuse_quit() -> RefuseQuit {
    let event = events::quit_refused();
    RefuseQuit { reason: event.reason, at: event.refused_at }
}

pub fn cancel() -> Cancel {
    Cancel { guarantee_no: events::GUARANTEE_NO.into(), at: events::cancelled().cancelled_at }
}

/// On the first moment after the last day in force.
pub fn expire() -> Expire {
    Expire { at: at("2026-07-01 00:00:00") }
}

pub fn claim() -> Claim {
    let event = events::claimed();
    Claim {
        guarantee_no: events::GUARANTEE_NO.into(),
        amount: Some(event.amount),
        payee_account: event.payee_account,
        reason: event.reason,
        attachments: event.attachments,
        personal: event.personal,
        due_on: event.due_on,
        content: event.content,
        at: event.claimed_at,
    }
}

/// A second demand, with other papers, of that much.
pub fn another_claim(amount: &str) -> Claim {
    Claim { amount: Some(yuan(amount)), content: fingerprint("another claim"), ..claim() }
}

pub fn pay_claim() -> PayClaim {
    let event = events::claim_paid();
    PayClaim { claim: event.claim, amount: None, reference: event.reference, at: event.paid_at }
}

pub fn refuse_claim() -> RefuseClaim {
    let event = events::claim_refused();
    RefuseClaim { claim: event.claim, reason: event.reason, at: event.refused_at }
}

pub fn extend() -> Extend {
    let event = events::extended();
    Extend { valid_until: event.valid_until, at: event.extended_at }
}

pub fn annotate() -> Annotate {
    let event = events::annotated();
    Annotate { text: event.text, idempotency_key: event.idempotency_key, at: event.annotated_at }
}

pub fn acknowledge_notice() -> RecordNotice {
    let event = events::notice_acknowledged();
    RecordNotice {
        notice: event.notice,
        kind: event.notice_kind,
        outcome: Notice::Acknowledged { attempts: event.attempts, had_already: event.had_already },
        at: event.acknowledged_at,
    }
}

pub fn abandon_notice() -> RecordNotice {
    let event = events::notice_abandoned();
    RecordNotice {
        notice: event.notice,
        kind: event.notice_kind,
        outcome: Notice::Abandoned { attempts: event.attempts, reason: event.reason },
        at: event.abandoned_at,
    }
}

pub fn skip_notice() -> RecordNotice {
    let event = events::notice_skipped();
    RecordNotice {
        notice: event.notice,
        kind: NoticeKind::QuitRefused,
        outcome: Notice::Skipped { reason: event.reason },
        at: event.skipped_at,
    }
}
