use baohan_domain::command::Withdraw;
use baohan_domain::event::{Withdrawn, WithdrawnCause};
use baohan_domain::{Refusal, Status};

use crate::story::commands::withdraw;
use crate::story::events;
use crate::story::past::{an_application, cancelled, declined, issued, nothing, paid, quit, withdrawn};

fn by_the_applicant() -> Withdraw {
    Withdraw { cause: WithdrawnCause::Applicant, reason: Some("不再投标".into()), ..withdraw() }
}

#[test]
fn the_clock_withdraws_what_nobody_paid_for() {
    let past = an_application().when(withdraw()).then(events::withdrawn());
    assert_eq!(past.guarantee().status(), Some(Status::Withdrawn));
}

#[test]
fn the_applicant_or_the_platform_gives_it_up_paid_or_not() {
    let event = Withdrawn {
        cause: WithdrawnCause::Applicant,
        reason: by_the_applicant().reason,
        ..events::withdrawn()
    };
    an_application().when(by_the_applicant()).then(event.clone());
    paid().when(by_the_applicant()).then(event);
    let by_the_platform = Withdraw { cause: WithdrawnCause::Platform, ..withdraw() };
    paid().when(by_the_platform).then(Withdrawn { cause: WithdrawnCause::Platform, ..events::withdrawn() });
}

#[test]
fn the_clock_that_comes_after_the_payment_is_refused() {
    paid().when(withdraw()).then_refused(Refusal::PremiumIsPaid);
}

#[test]
fn the_same_withdrawal_again_is_ok_and_another_is_refused() {
    withdrawn().when(withdraw()).then_nothing_new();
    withdrawn().when(by_the_applicant()).then_refused(Refusal::AlreadyWithdrawn);
}

#[test]
fn what_was_issued_declined_or_never_asked_for_is_not_withdrawn() {
    for past in [issued(), quit(), cancelled()] {
        past.when(withdraw()).then_refused(Refusal::AlreadyIssued);
    }
    declined().when(withdraw()).then_refused(Refusal::AlreadyDeclined);
    nothing().when(withdraw()).then_refused(Refusal::UnknownApplication);
}
