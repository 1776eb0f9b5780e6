use baohan_domain::command::{Cancel, Expire};
use baohan_domain::event::{Cancelled, CancelledCause, Extended};
use baohan_domain::{Refusal, Status};

use crate::story::commands::{cancel, expire};
use crate::story::past::{
    an_application, cancelled, claim_paid, claim_refused, claimed, declined, expired, issued, nothing, quit,
    quit_requested, restored,
};
use crate::story::{at, day, events};

fn ran_out(now: &str) -> Cancelled {
    Cancelled { cause: CancelledCause::Expired, cancelled_at: at(now) }
}

#[test]
fn a_guarantee_in_force_is_cancelled_on_request() {
    for past in [issued(), restored(), quit_requested(), claim_paid(), claim_refused()] {
        let past = past.when(cancel()).then(events::cancelled());
        assert_eq!(past.guarantee().status(), Some(Status::Cancelled));
    }
}

#[test]
fn the_same_cancellation_again_is_ok_after_the_expiry_too() {
    for past in [cancelled(), expired()] {
        past.when(Cancel { at: at("2026-07-15 10:00:00"), ..cancel() }).then_nothing_new();
    }
}

#[test]
fn an_unpaid_claim_keeps_it_in_force() {
    claimed().when(cancel()).then_refused(Refusal::UnpaidClaim);
    claimed().when(expire()).then_refused(Refusal::UnpaidClaim);
}

#[test]
fn what_was_quit_or_never_issued_is_not_cancelled() {
    quit().when(cancel()).then_refused(Refusal::AlreadyQuit);
    an_application().when(cancel()).then_refused(Refusal::NotIssued);
    declined().when(cancel()).then_refused(Refusal::NotIssued);
    nothing().when(cancel()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn another_guarantee_number_is_refused_before_and_after() {
    let other = Cancel { guarantee_no: "BH-OTHER".into(), ..cancel() };
    issued().when(other.clone()).then_refused(Refusal::GuaranteeNoDiffers);
    cancelled().when(other).then_refused(Refusal::GuaranteeNoDiffers);
}

#[test]
fn the_clock_ends_it_when_its_last_day_in_china_is_over_and_not_before() {
    // The last day is the 30th of June; its midnight in China is 16:00 in UTC.
    issued()
        .when(Expire { at: at("2026-06-30 23:59:59") })
        .then_refused(Refusal::StillValid)
        .when(Expire { at: at("2026-07-01 00:00:00") })
        .then(ran_out("2026-07-01 00:00:00"));
}

#[test]
fn an_extended_guarantee_lives_until_its_new_last_day() {
    let extended = Extended { valid_until: day("2026-07-31"), ..events::extended() };
    issued()
        .and(extended)
        .when(expire())
        .then_refused(Refusal::StillValid)
        .when(Expire { at: at("2026-08-01 00:00:00") })
        .then(ran_out("2026-08-01 00:00:00"));
}

#[test]
fn a_settled_claim_no_longer_keeps_it_in_force() {
    for past in [claim_paid(), claim_refused()] {
        past.when(expire()).then(ran_out("2026-07-01 00:00:00"));
    }
}

#[test]
fn the_clock_finds_what_has_ended_and_lets_it_be() {
    for past in [cancelled(), expired()] {
        past.when(expire()).then_nothing_new();
    }
    quit().when(expire()).then_refused(Refusal::AlreadyQuit);
    an_application().when(expire()).then_refused(Refusal::NotIssued);
    nothing().when(expire()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn a_cancellation_between_the_last_day_and_the_clock_counts_as_requested() {
    let now = at("2026-07-01 00:00:30");
    issued()
        .when(Cancel { at: now, ..cancel() })
        .then(Cancelled { cancelled_at: now, ..events::cancelled() });
}
