use baohan_domain::command::{DeclineInvoice, IssueInvoice, RequestInvoice};
use baohan_domain::event::{InvoiceRequested, Invoiced};
use baohan_domain::numbers::InvoiceCode;
use baohan_domain::{InvoiceNo, Refusal};

use crate::story::commands::{decline_invoice, issue_invoice, request_invoice};
use crate::story::past::{
    an_application, cancelled, claimed, declined, expired, invoice_requested, invoiced, issued,
    issued_unsealed, key_held, nothing, quit, restored, restored_early,
};
use crate::story::{at, events, fingerprint};

fn another_request() -> RequestInvoice {
    RequestInvoice { content: fingerprint("another invoice request"), ..request_invoice() }
}

#[test]
fn an_invoice_is_asked_for_and_issued_once_the_guarantee_is_opened() {
    restored()
        .when(request_invoice())
        .then(events::invoice_requested())
        .when(issue_invoice())
        .then(events::invoiced());
}

#[test]
fn it_goes_on_after_a_claim_after_the_cancellation_and_after_the_expiry() {
    for past in [claimed(), cancelled(), expired()] {
        past.when(request_invoice())
            .then(events::invoice_requested())
            .when(issue_invoice())
            .then(events::invoiced());
    }
}

#[test]
fn where_nothing_was_sealed_no_restore_is_needed() {
    issued_unsealed().when(request_invoice()).then(events::invoice_requested());
}

#[test]
fn before_the_opening_it_is_refused() {
    issued().when(request_invoice()).then_refused(Refusal::NotOpened);
    issued().and(events::cancelled()).when(request_invoice()).then_refused(Refusal::NotOpened);
    let before = at("2026-03-24 08:59:59");
    key_held().when(RequestInvoice { at: before, ..request_invoice() }).then_refused(Refusal::NotOpened);
    let at_the_opening = at("2026-03-24 09:00:00");
    key_held()
        .when(RequestInvoice { at: at_the_opening, ..request_invoice() })
        .then(InvoiceRequested { requested_at: at_the_opening, ..events::invoice_requested() });
}

#[test]
fn the_same_request_again_is_ok_while_it_is_open_and_after_the_invoice_went_out() {
    for past in [invoice_requested(), invoiced(), invoiced().and(events::cancelled())] {
        past.when(RequestInvoice { at: at("2026-05-02 09:30:00"), ..request_invoice() }).then_nothing_new();
    }
}

#[test]
fn the_same_request_again_is_ok_even_when_a_held_opening_was_moved_away() {
    let asked = InvoiceRequested { requested_at: at("2026-03-24 10:00:00"), ..events::invoice_requested() };
    key_held().and(asked).and(events::opening_moved()).when(request_invoice()).then_nothing_new();
}

#[test]
fn another_request_is_refused_while_one_is_open_and_after_the_invoice_went_out() {
    invoice_requested().when(another_request()).then_refused(Refusal::InvoiceOpen);
    invoiced().when(another_request()).then_refused(Refusal::AlreadyInvoiced);
}

#[test]
fn a_declined_invoice_can_be_asked_for_again_even_with_the_same_content() {
    let past = invoice_requested().when(decline_invoice()).then(events::invoice_declined());
    past.clone().when(request_invoice()).then(events::invoice_requested());
    let another =
        InvoiceRequested { content: fingerprint("another invoice request"), ..events::invoice_requested() };
    past.when(another_request()).then(another).when(issue_invoice()).then(events::invoiced());
}

#[test]
fn no_invoice_is_asked_for_after_a_quit_or_without_an_issue() {
    quit().when(request_invoice()).then_refused(Refusal::AlreadyQuit);
    let asked_and_quit =
        restored_early().and(events::invoice_requested()).and(events::quit_requested()).and(events::quit());
    asked_and_quit.clone().when(request_invoice()).then_refused(Refusal::AlreadyQuit);
    asked_and_quit.clone().when(issue_invoice()).then_refused(Refusal::AlreadyQuit);
    asked_and_quit.when(decline_invoice()).then_refused(Refusal::AlreadyQuit);
    an_application().when(request_invoice()).then_refused(Refusal::NotIssued);
    declined().when(request_invoice()).then_refused(Refusal::NotIssued);
    nothing().when(request_invoice()).then_refused(Refusal::UnknownApplication);
    restored()
        .when(RequestInvoice { guarantee_no: "BH-OTHER".into(), ..request_invoice() })
        .then_refused(Refusal::GuaranteeNoDiffers);
}

#[test]
fn the_same_invoice_again_is_ok_and_another_is_refused() {
    invoiced().when(issue_invoice()).then_nothing_new();
    let others = [
        IssueInvoice { invoice_no: InvoiceNo::new("26322000000012345679").unwrap(), ..issue_invoice() },
        IssueInvoice { invoice_code: Some(InvoiceCode::new("032002600111").unwrap()), ..issue_invoice() },
        IssueInvoice { invoice_url: None, ..issue_invoice() },
    ];
    for other in others {
        invoiced().when(other).then_refused(Refusal::AlreadyInvoiced);
    }
}

#[test]
fn an_invoice_of_the_old_kind_keeps_its_code() {
    let code = Some(InvoiceCode::new("032002600111").unwrap());
    let number = InvoiceNo::new("01234567").unwrap();
    let event = Invoiced { invoice_code: code.clone(), invoice_no: number.clone(), ..events::invoiced() };
    invoice_requested()
        .when(IssueInvoice { invoice_code: code, invoice_no: number, ..issue_invoice() })
        .then(event);
}

#[test]
fn without_an_open_request_no_invoice_is_issued_or_declined() {
    for past in [restored(), invoice_requested().and(events::invoice_declined())] {
        past.clone().when(issue_invoice()).then_refused(Refusal::NoInvoiceOpen);
        past.when(DeclineInvoice { reason: "另一原因".into(), ..decline_invoice() })
            .then_refused(Refusal::NoInvoiceOpen);
    }
    an_application().when(issue_invoice()).then_refused(Refusal::NotIssued);
    nothing().when(decline_invoice()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn the_same_decline_again_is_ok_and_after_the_invoice_it_is_too_late() {
    invoice_requested().and(events::invoice_declined()).when(decline_invoice()).then_nothing_new();
    invoiced().when(decline_invoice()).then_refused(Refusal::AlreadyInvoiced);
    invoice_requested()
        .when(DeclineInvoice { reason: String::new(), ..decline_invoice() })
        .then_refused(Refusal::ReasonMissing);
}
