use baohan_domain::Refusal;
use baohan_domain::command::{CorrectPremium, RecordPremium};
use baohan_domain::event::{PremiumCorrected, PremiumPaid};

use crate::story::commands::{correct_premium, issue, record_premium};
use crate::story::past::{an_application, cancelled, declined, issued, nothing, paid, quit, withdrawn};
use crate::story::{at, events, yuan};

/// The correction that leaves everything as it stands.
fn correction_of_nothing() -> CorrectPremium {
    CorrectPremium { amount: yuan("6400"), ..correct_premium() }
}

#[test]
fn the_premium_of_an_application_is_recorded() {
    an_application().when(record_premium()).then(events::premium_paid());
}

#[test]
fn a_payment_without_a_time_was_made_now() {
    let now = at("2026-03-02 10:01:00");
    let paid_now = PremiumPaid { paid_at: now, ..events::premium_paid() };
    an_application().when(RecordPremium { paid_at: None, ..record_premium() }).then(paid_now);
}

#[test]
fn the_same_payment_again_is_ok_even_with_another_reference() {
    let again = RecordPremium { paid_at: None, reference: Some("retry".into()), ..record_premium() };
    paid().when(again).then_nothing_new();
}

#[test]
fn another_amount_or_payer_is_refused() {
    let others = [
        RecordPremium { amount: yuan("6400.01"), ..record_premium() },
        RecordPremium { payer_name: "江北建设集团有限公司".into(), ..record_premium() },
        RecordPremium { payer_account: "32050100000000000009".into(), ..record_premium() },
    ];
    for other in others {
        paid().when(other.clone()).then_refused(Refusal::PremiumDiffers);
        issued().when(other).then_refused(Refusal::PremiumDiffers);
    }
}

#[test]
fn the_same_payment_again_is_ok_after_the_issue_and_after_the_end() {
    for past in [issued(), quit(), cancelled()] {
        past.when(record_premium()).then_nothing_new();
    }
}

#[test]
fn no_premium_is_taken_for_what_was_declined_given_up_or_never_asked_for() {
    declined().when(record_premium()).then_refused(Refusal::AlreadyDeclined);
    withdrawn().when(record_premium()).then_refused(Refusal::AlreadyWithdrawn);
    nothing().when(record_premium()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn the_record_is_put_right_before_the_issue() {
    let past = paid().when(correct_premium()).then(events::premium_corrected());
    let premium = past.guarantee().premium().cloned().unwrap();
    assert_eq!((premium.amount, premium.paid_at), (yuan("6400.50"), at("2026-03-02 10:00:00")));
    assert_eq!(premium.reference.as_deref(), Some("HX-20260302-17"));
}

#[test]
fn a_correction_can_name_another_time_and_reference() {
    let event = events::premium_corrected();
    let (paid_at, reference) = (at("2026-03-01 08:00:00"), Some("HX-2".to_owned()));
    let premium = PremiumPaid { paid_at, reference: reference.clone(), ..event.premium.clone() };
    paid()
        .when(CorrectPremium { paid_at: Some(paid_at), reference, ..correct_premium() })
        .then(PremiumCorrected { premium, ..event });
}

#[test]
fn the_same_correction_again_is_ok() {
    paid().and(events::premium_corrected()).when(correct_premium()).then_nothing_new();
}

#[test]
fn the_same_correction_again_is_ok_after_an_issue_that_followed_at_once() {
    let past = paid().and(events::premium_corrected());
    let issued = baohan_domain::event::Issued { premium: yuan("6400.50"), ..events::issued() };
    past.when(issue()).then(issued).when(correct_premium()).then_nothing_new();
}

#[test]
fn after_the_issue_the_figure_is_out_in_the_world() {
    for past in [issued(), quit(), cancelled()] {
        past.when(correct_premium()).then_refused(Refusal::AlreadyIssued);
    }
}

#[test]
fn a_correction_needs_a_reason_and_something_to_put_right() {
    let unexplained = CorrectPremium { reason: " ".into(), ..correct_premium() };
    paid().when(unexplained).then_refused(Refusal::ReasonMissing);
    an_application().when(correct_premium()).then_refused(Refusal::PremiumNotRecorded);
    nothing().when(correct_premium()).then_refused(Refusal::UnknownApplication);
    paid().when(correction_of_nothing()).then_nothing_new();
}

#[test]
fn nothing_is_corrected_on_what_was_declined_or_given_up() {
    paid().and(events::declined()).when(correct_premium()).then_refused(Refusal::AlreadyDeclined);
    paid().and(events::withdrawn()).when(correct_premium()).then_refused(Refusal::AlreadyWithdrawn);
}
