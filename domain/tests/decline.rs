use baohan_domain::command::Decline;
use baohan_domain::{Refusal, Status};

use crate::story::commands::decline;
use crate::story::events;
use crate::story::past::{an_application, cancelled, declined, issued, nothing, paid, quit, withdrawn};

#[test]
fn an_application_is_declined_before_the_issue_paid_or_not() {
    let past = an_application().when(decline()).then(events::declined());
    assert_eq!(past.guarantee().status(), Some(Status::Declined));
    paid().when(decline()).then(events::declined());
}

#[test]
fn the_same_decline_again_is_ok() {
    declined().when(decline()).then_nothing_new();
}

#[test]
fn another_reason_afterwards_is_refused() {
    declined()
        .when(Decline { reason: "资料不全".into(), ..decline() })
        .then_refused(Refusal::AlreadyDeclined);
}

#[test]
fn a_decline_says_why() {
    an_application()
        .when(Decline { reason: "\u{3000}".into(), ..decline() })
        .then_refused(Refusal::ReasonMissing);
}

#[test]
fn what_was_issued_given_up_or_never_asked_for_is_not_declined() {
    for past in [issued(), quit(), cancelled()] {
        past.when(decline()).then_refused(Refusal::AlreadyIssued);
    }
    withdrawn().when(decline()).then_refused(Refusal::AlreadyWithdrawn);
    nothing().when(decline()).then_refused(Refusal::UnknownApplication);
}
