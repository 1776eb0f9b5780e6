use baohan_domain::command::Apply;
use baohan_domain::{Refusal, Status, Terms};

use crate::story::commands::apply;
use crate::story::past::{an_application, cancelled, declined, issued, nothing, paid, quit, withdrawn};
use crate::story::{at, events, fingerprint, yuan};

fn other_content() -> Apply {
    let terms = Terms { amount: Some(yuan("900000")), ..apply().terms };
    Apply { terms, content: fingerprint("another application"), ..apply() }
}

#[test]
fn an_unknown_application_number_is_taken() {
    let past = nothing().when(apply()).then(events::applied());
    assert_eq!(past.guarantee().status(), Some(Status::Applied));
}

#[test]
fn the_same_application_again_is_ok_and_changes_nothing() {
    an_application().when(Apply { at: at("2026-03-02 09:31:00"), ..apply() }).then_nothing_new();
}

#[test]
fn other_content_under_the_same_number_is_refused() {
    an_application().when(other_content()).then_refused(Refusal::OtherContent);
}

#[test]
fn the_same_application_again_is_ok_whatever_became_of_it() {
    for past in [paid(), issued(), declined(), withdrawn(), quit(), cancelled()] {
        let past = past.when(apply()).then_nothing_new();
        past.when(other_content()).then_refused(Refusal::OtherContent);
    }
}

#[test]
fn it_is_the_fingerprint_that_tells_a_repeat_and_not_the_envelopes() {
    // An envelope is sealed with a fresh nonce each time, so two of the same phone differ.
    let personal =
        [("contact_phone".to_owned(), crate::story::envelope("the same phone, sealed anew"))].into();
    an_application().when(Apply { personal, ..apply() }).then_nothing_new();
}
