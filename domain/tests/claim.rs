use baohan_domain::command::Claim;
use baohan_domain::event::{CancelledCause, ClaimPaid, Claimed, RestoreRequested};
use baohan_domain::{Refusal, Terms};

use crate::story::commands::{another_claim, claim};
use crate::story::past::{
    an_application, cancelled, claim_paid, claim_refused, claimed, declined, expired, issued,
    issued_unsealed, issued_with_a_sealed_amount, nothing, quit, quit_requested, restored,
};
use crate::story::{at, events, fingerprint, yuan};

fn second(amount: &str, left: &str) -> Claimed {
    let content = fingerprint("another claim");
    Claimed { claim: 2, amount: yuan(amount), left: yuan(left), content, ..events::claimed() }
}

#[test]
fn a_claim_in_form_is_taken_at_once_and_lowers_what_is_left() {
    let past = restored().when(claim()).then(events::claimed());
    assert_eq!(past.guarantee().issued().unwrap().left(), yuan("500000"));
}

#[test]
fn a_claim_needs_no_restore() {
    for past in [issued(), issued_unsealed(), quit_requested()] {
        past.when(claim()).then(events::claimed());
    }
}

#[test]
fn a_claim_without_an_amount_takes_all_that_is_left() {
    let all = Claim { amount: None, ..claim() };
    let event = Claimed { amount: yuan("800000"), left: yuan("0"), ..events::claimed() };
    restored().when(all).then(event);
    let rest = Claim { amount: None, ..another_claim("1") };
    claimed().when(rest.clone()).then(second("500000", "0"));
    let all_taken = restored().and(Claimed { amount: yuan("800000"), left: yuan("0"), ..events::claimed() });
    all_taken.when(rest).then_refused(Refusal::OverTheAmountLeft { left: yuan("0") });
}

#[test]
fn claims_can_follow_each_other_up_to_the_amount_and_not_a_fen_over() {
    claimed()
        .when(another_claim("500000.01"))
        .then_refused(Refusal::OverTheAmountLeft { left: yuan("500000") })
        .when(another_claim("500000"))
        .then(second("500000", "0"));
    restored()
        .when(Claim { amount: Some(yuan("800000.01")), ..claim() })
        .then_refused(Refusal::OverTheAmountLeft { left: yuan("800000") });
}

#[test]
fn a_claim_for_nothing_is_none() {
    restored()
        .when(Claim { amount: Some(yuan("0")), ..claim() })
        .then_refused(Refusal::OverTheAmountLeft { left: yuan("800000") });
}

#[test]
fn the_same_claim_again_is_ok_whatever_came_after_it() {
    let all_paid_and_over = claim_paid().and(events::cancelled());
    let past_the_last_day = Claim { at: at("2026-08-01 09:00:00"), ..claim() };
    for past in [claimed(), claim_paid(), all_paid_and_over] {
        past.when(past_the_last_day.clone()).then_nothing_new();
    }
}

#[test]
fn a_refused_claim_frees_its_amount_and_the_same_demand_can_be_presented_anew() {
    let past = claim_refused();
    assert_eq!(past.guarantee().issued().unwrap().left(), yuan("800000"));
    let again = Claimed { claim: 2, ..events::claimed() };
    past.when(claim()).then(again).when(claim()).then_nothing_new();
}

#[test]
fn a_claim_paid_in_part_frees_the_rest() {
    let in_part = ClaimPaid { amount: yuan("100000"), ..events::claim_paid() };
    let past = claimed().and(in_part);
    assert_eq!(past.guarantee().issued().unwrap().left(), yuan("700000"));
    past.when(another_claim("700000")).then(second("700000", "0"));
}

#[test]
fn while_the_amount_is_sealed_nothing_bounds_a_claim_and_it_must_wait_for_the_key() {
    let past = issued_with_a_sealed_amount();
    past.clone().when(claim()).then_refused(Refusal::NotOpened);
    let all = Claim { amount: None, ..claim() };
    let past = past.when(all).then_refused(Refusal::NotOpened);
    let opened = Terms { amount: Some(yuan("800000")), ..events::opened() };
    past.and(RestoreRequested { opened, ..events::restore_requested() })
        .when(claim())
        .then(events::claimed());
}

#[test]
fn the_last_day_in_china_counts_whole_and_the_next_does_not() {
    let last_moment = at("2026-06-30 23:59:59");
    let event = Claimed { claimed_at: last_moment, ..events::claimed() };
    restored().when(Claim { at: last_moment, ..claim() }).then(event);
    // The clock has not come by yet: the guarantee is over all the same.
    restored()
        .when(Claim { at: at("2026-07-01 00:00:00"), ..claim() })
        .then_refused(Refusal::AlreadyCancelled { cause: CancelledCause::Expired });
}

#[test]
fn what_was_quit_cancelled_expired_or_never_issued_cannot_be_claimed() {
    quit().when(claim()).then_refused(Refusal::AlreadyQuit);
    cancelled().when(claim()).then_refused(Refusal::AlreadyCancelled { cause: CancelledCause::Requested });
    expired().when(claim()).then_refused(Refusal::AlreadyCancelled { cause: CancelledCause::Expired });
    an_application().when(claim()).then_refused(Refusal::NotIssued);
    declined().when(claim()).then_refused(Refusal::NotIssued);
    nothing().when(claim()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn another_guarantee_number_is_refused() {
    restored()
        .when(Claim { guarantee_no: "BH-OTHER".into(), ..claim() })
        .then_refused(Refusal::GuaranteeNoDiffers);
}
