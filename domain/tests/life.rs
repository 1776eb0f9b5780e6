//! Whole lives, each step decided on what the steps before it left.

use baohan_domain::event::{Cancelled, CancelledCause, Claimed, Quit, QuitRequested};
use baohan_domain::{Refusal, Status, command};

use crate::story::commands::{
    another_claim, apply, cancel, claim, confirm_quit, decline, issue, issue_invoice, pay_claim,
    record_premium, record_restored, request_invoice, request_quit, restore, restore_early,
};
use crate::story::past::{nothing, quit_requested};
use crate::story::{at, events, fingerprint, yuan};

#[test]
fn issued_restored_invoiced_cancelled() {
    let past = nothing()
        .when(apply())
        .then(events::applied())
        .when(record_premium())
        .then(events::premium_paid())
        .when(issue())
        .then(events::issued())
        .when(restore())
        .then(events::restore_requested())
        .when(record_restored())
        .then(events::restored())
        .when(request_invoice())
        .then(events::invoice_requested())
        .when(issue_invoice())
        .then(events::invoiced())
        .when(cancel())
        .then(events::cancelled());
    assert_eq!(past.guarantee().status(), Some(Status::Cancelled));
    assert_eq!(past.guarantee().issued().unwrap().terms().section_no, events::opened().section_no);
}

#[test]
fn restored_claimed_in_part_paid_claimed_for_the_rest() {
    let rest = Claimed {
        claim: 2,
        amount: yuan("500000"),
        left: yuan("0"),
        content: fingerprint("another claim"),
        ..events::claimed()
    };
    let past = crate::story::past::restored()
        .when(claim())
        .then(events::claimed())
        .when(pay_claim())
        .then(events::claim_paid())
        .when(command::Claim { amount: None, ..another_claim("1") })
        .then(rest)
        .when(cancel())
        .then_refused(Refusal::UnpaidClaim);
    assert_eq!(past.guarantee().issued().unwrap().left(), yuan("0"));
    let paid = baohan_domain::event::ClaimPaid { claim: 2, amount: yuan("500000"), ..events::claim_paid() };
    past.when(command::PayClaim { claim: 2, ..pay_claim() })
        .then(paid)
        .when(cancel())
        .then(events::cancelled());
}

#[test]
fn over_the_limit_and_declined() {
    nothing()
        .when(apply())
        .then(events::applied())
        .when(decline())
        .then(events::declined())
        .when(issue())
        .then_refused(Refusal::AlreadyDeclined);
}

#[test]
fn quit_between_an_early_restore_and_the_opening() {
    let asked_at = at("2026-03-24 08:00:00");
    let past = crate::story::past::issued()
        .when(restore_early())
        .then(events::restore_early())
        .when(record_restored())
        .then(events::restored())
        .when(command::RequestQuit { at: asked_at, ..request_quit() })
        .then(QuitRequested { requested_at: asked_at, ..events::quit_requested() })
        .when(command::ConfirmQuit { at: asked_at })
        .then(Quit { quit_at: asked_at });
    assert_eq!(past.guarantee().status(), Some(Status::Quit));
}

#[test]
fn quit_asked_before_an_early_restore_stays_open_until_the_opening() {
    let before = at("2026-03-24 08:59:59");
    let past = quit_requested().when(restore_early()).then(events::restore_early());
    past.clone().when(command::RequestQuit { at: before, ..request_quit() }).then_nothing_new();
    let opening = at("2026-03-24 09:00:00");
    past.when(command::RequestQuit { at: opening, ..request_quit() })
        .then_refused(Refusal::OpeningHasCome)
        .when(command::ConfirmQuit { at: opening })
        .then_refused(Refusal::QuitVoid);
}

#[test]
fn a_quit_that_was_never_confirmed_does_not_keep_the_clock_from_ending_it() {
    let over = at("2026-07-01 00:00:00");
    quit_requested()
        .when(command::Expire { at: over })
        .then(Cancelled { cause: CancelledCause::Expired, cancelled_at: over })
        .when(confirm_quit())
        .then_refused(Refusal::AlreadyCancelled { cause: CancelledCause::Expired });
}
