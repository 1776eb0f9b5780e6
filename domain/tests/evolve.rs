//! An event that does not fit the state, which no rule brings about, leaves the state as it is.

use baohan_domain::event::{Cancelled, CancelledCause, Claimed, Event, Issued, QuitRequested};
use baohan_domain::{Guarantee, evolve};

use crate::story::past::{
    an_application, cancelled, claim_paid, claim_refused, declined, invoiced, issued, nothing, paid, quit,
    restored, withdrawn,
};
use crate::story::{Past, at, day, events, fingerprint, yuan};

/// One of each event, and so with other values than the stories had.
fn one_of_each() -> Vec<Event> {
    let other_document = baohan_domain::DocumentRef { size_bytes: 1, ..events::restored().document };
    vec![
        events::applied_with_a_sealed_amount().into(),
        events::premium_paid().into(),
        events::premium_corrected().into(),
        Issued { valid_until: day("2030-01-01"), ..events::issued() }.into(),
        events::declined().into(),
        events::withdrawn().into(),
        events::restore_held().into(),
        baohan_domain::event::Restored { document: other_document, ..events::restored() }.into(),
        events::opening_moved().into(),
        events::invoice_requested().into(),
        events::invoiced().into(),
        events::invoice_declined().into(),
        QuitRequested { content: fingerprint("other"), ..events::quit_requested() }.into(),
        events::quit().into(),
        events::quit_refused().into(),
        Cancelled { cause: CancelledCause::Expired, cancelled_at: at("2030-01-01 00:00:00") }.into(),
        Claimed { amount: yuan("1"), ..events::claimed() }.into(),
        events::claim_paid().into(),
        events::claim_refused().into(),
        events::extended().into(),
    ]
}

/// The names of the events that change the guarantee.
fn changing(past: &Past) -> Vec<&'static str> {
    let before = past.guarantee();
    let changes = |event: &Event| evolve(before.clone(), event) != before;
    one_of_each().iter().filter(|event| changes(event)).map(Event::name).collect()
}

#[test]
fn with_remarks_and_notices_every_event_is_walked_through() {
    let mut names: Vec<_> = one_of_each().iter().map(Event::name).collect();
    names.extend(["Annotated", "NoticeAcknowledged", "NoticeAbandoned", "NoticeSkipped"]);
    names.sort_unstable();
    let mut written: Vec<_> = Event::WRITTEN.iter().map(|(name, _)| *name).collect();
    written.sort_unstable();
    assert_eq!(names, written);
}

#[test]
fn nothing_but_an_application_begins_a_guarantee() {
    assert_eq!(changing(&nothing()), ["Applied"]);
}

#[test]
fn an_application_is_decided_once() {
    let deciding = ["PremiumPaid", "PremiumCorrected", "Issued", "Declined", "Withdrawn"];
    assert_eq!(changing(&an_application()), deciding);
    assert_eq!(
        changing(&paid()),
        deciding.into_iter().filter(|name| *name != "PremiumPaid").collect::<Vec<_>>()
    );
    assert!(changing(&declined()).is_empty());
    assert!(changing(&withdrawn()).is_empty());
}

#[test]
fn after_a_quit_nothing_changes_any_more() {
    assert!(changing(&quit()).is_empty());
}

#[test]
fn after_a_cancellation_only_the_invoice_goes_on() {
    assert_eq!(changing(&cancelled()), ["InvoiceRequested"]);
    let asked = restored().and(events::invoice_requested()).and(events::cancelled());
    assert_eq!(changing(&asked), ["Invoiced", "InvoiceDeclined"]);
    assert!(changing(&invoiced().and(events::cancelled())).is_empty());
}

#[test]
fn in_force_each_event_needs_what_it_speaks_of() {
    assert_eq!(
        changing(&issued()),
        ["RestoreRequested", "InvoiceRequested", "QuitRequested", "Quit", "Cancelled", "Claimed", "Extended"]
    );
    assert_eq!(
        changing(&restored()),
        ["OpeningMoved", "InvoiceRequested", "QuitRequested", "Quit", "Cancelled", "Claimed", "Extended"]
    );
}

#[test]
fn what_is_settled_is_not_settled_again() {
    for past in [claim_paid(), claim_refused()] {
        let names = changing(&past);
        assert!(
            !names.contains(&"ClaimPaid") && !names.contains(&"ClaimRefused") && !names.contains(&"Claimed")
        );
    }
    assert!(!changing(&invoiced()).contains(&"Invoiced"));
}

#[test]
fn an_issue_without_a_record_of_the_premium_carries_it_itself() {
    let guarantee = an_application().and(events::issued()).guarantee();
    let premium = guarantee.premium().unwrap();
    assert_eq!((premium.amount, premium.paid_at), (yuan("6400"), at("2026-03-02 11:00:00")));
}

#[test]
fn a_guarantee_that_nobody_asked_for_is_nothing() {
    let guarantee = Guarantee::default();
    assert_eq!(guarantee.status(), None);
    assert!(
        guarantee.application().is_none() && guarantee.premium().is_none() && guarantee.issued().is_none()
    );
}
