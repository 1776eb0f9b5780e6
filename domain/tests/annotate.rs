use baohan_domain::Refusal;
use baohan_domain::command::Annotate;
use baohan_domain::event::Annotated;

use crate::story::commands::annotate;
use crate::story::events;
use crate::story::past::{
    an_application, cancelled, declined, expired, issued, nothing, paid, quit, restored, withdrawn,
};

#[test]
fn a_remark_can_be_made_in_every_life() {
    for past in [
        an_application(),
        paid(),
        declined(),
        withdrawn(),
        issued(),
        restored(),
        quit(),
        cancelled(),
        expired(),
    ] {
        let status = past.guarantee().status();
        let past = past.when(annotate()).then(events::annotated());
        assert_eq!(past.guarantee().status(), status);
        assert_eq!(past.guarantee().trail.remarks.len(), 1);
    }
}

#[test]
fn the_same_key_again_is_ok_and_with_another_text_it_is_refused() {
    let past = issued().and(events::annotated());
    past.clone().when(annotate()).then_nothing_new();
    past.when(Annotate { text: "另一备注".into(), ..annotate() }).then_refused(Refusal::OtherContent);
}

#[test]
fn without_a_key_the_same_remark_twice_is_two_remarks() {
    let event = Annotated { idempotency_key: None, ..events::annotated() };
    let remark = Annotate { idempotency_key: None, ..annotate() };
    issued().when(remark.clone()).then(event.clone()).when(remark).then(event);
}

#[test]
fn a_remark_says_something_and_about_something() {
    issued().when(Annotate { text: "\n".into(), ..annotate() }).then_refused(Refusal::ReasonMissing);
    nothing().when(annotate()).then_refused(Refusal::UnknownApplication);
}
