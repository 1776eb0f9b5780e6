//! Claims that are paid or refused.

use baohan_domain::Refusal;
use baohan_domain::command::{PayClaim, RefuseClaim};
use baohan_domain::event::{ClaimPaid, Claimed};

use crate::story::commands::{pay_claim, refuse_claim};
use crate::story::past::{an_application, claim_paid, claim_refused, claimed, nothing, quit, restored};
use crate::story::{events, fingerprint, yuan};

#[test]
fn an_open_claim_is_paid_as_demanded() {
    claimed().when(pay_claim()).then(events::claim_paid());
}

#[test]
fn less_can_be_paid_but_neither_more_nor_nothing() {
    let pay = |amount: &str| PayClaim { amount: Some(yuan(amount)), ..pay_claim() };
    let less = ClaimPaid { amount: yuan("299999.99"), ..events::claim_paid() };
    let over = Refusal::OverTheClaim { claimed: yuan("300000") };
    claimed().when(pay("300000.01")).then_refused(over.clone());
    claimed().when(pay("0")).then_refused(over);
    claimed().when(pay("299999.99")).then(less);
}

#[test]
fn the_same_payment_again_is_ok_and_another_is_refused() {
    let with_the_amount = PayClaim { amount: Some(yuan("300000")), ..pay_claim() };
    claim_paid().when(pay_claim()).then_nothing_new().when(with_the_amount).then_nothing_new();
    let others = [
        PayClaim { reference: "PAY-2026-0002".into(), ..pay_claim() },
        PayClaim { amount: Some(yuan("1")), ..pay_claim() },
    ];
    for other in others {
        claim_paid().when(other).then_refused(Refusal::ClaimSettled);
    }
    claim_paid().and(events::cancelled()).when(pay_claim()).then_nothing_new();
}

#[test]
fn a_claim_not_in_form_is_refused_with_a_reason() {
    claimed().when(refuse_claim()).then(events::claim_refused());
    let unexplained = RefuseClaim { reason: " ".into(), ..refuse_claim() };
    claimed().when(unexplained).then_refused(Refusal::ReasonMissing);
}

#[test]
fn the_same_refusal_again_is_ok_and_another_is_not() {
    claim_refused().when(refuse_claim()).then_nothing_new();
    let other = RefuseClaim { reason: "另一原因".into(), ..refuse_claim() };
    claim_refused().when(other).then_refused(Refusal::ClaimSettled);
}

#[test]
fn what_is_settled_stays_settled() {
    claim_paid().when(refuse_claim()).then_refused(Refusal::ClaimSettled);
    claim_refused().when(pay_claim()).then_refused(Refusal::ClaimSettled);
}

#[test]
fn only_claims_that_exist_are_settled() {
    claimed().when(PayClaim { claim: 2, ..pay_claim() }).then_refused(Refusal::NoSuchClaim);
    claimed().when(RefuseClaim { claim: 0, ..refuse_claim() }).then_refused(Refusal::NoSuchClaim);
    for past in [restored(), quit()] {
        past.when(pay_claim()).then_refused(Refusal::NoSuchClaim);
    }
    an_application().when(pay_claim()).then_refused(Refusal::NotIssued);
    nothing().when(refuse_claim()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn each_claim_is_settled_by_itself() {
    let second = Claimed {
        claim: 2,
        amount: yuan("500000"),
        left: yuan("0"),
        content: fingerprint("another claim"),
        ..events::claimed()
    };
    let past = claimed()
        .and(second)
        .when(PayClaim { claim: 2, ..pay_claim() })
        .then(ClaimPaid { claim: 2, amount: yuan("500000"), ..events::claim_paid() })
        .when(refuse_claim())
        .then(events::claim_refused());
    let guarantee = past.guarantee();
    assert!(!guarantee.issued().unwrap().has_unpaid_claim());
    assert_eq!(guarantee.issued().unwrap().left(), yuan("300000"));
}
