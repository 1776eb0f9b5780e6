use baohan_domain::command::{EarlyRestore, RecordRestored, Restore};
use baohan_domain::event::{Issued, OpeningMoved, RestoreRequested, Restored};
use baohan_domain::{Form, Refusal, SealMode, SealedField, Status, Terms};

use crate::story::commands::{record_restored, request_invoice, restore, restore_early};
use crate::story::past::{
    an_application, cancelled, declined, expired, issued, issued_unsealed, issued_with_a_sealed_amount,
    key_brought, key_held, nothing, paid, quit, restored, restored_early, withdrawn,
};
use crate::story::{at, day, document, events, yuan};

fn moved_to(opening_at: &str) -> Restore {
    Restore { opening_at: at(opening_at), at: events::opening_moved().moved_at, ..restore() }
}

#[test]
fn the_right_key_is_taken_and_the_plain_document_follows() {
    let past = issued().when(restore()).then(events::restore_requested());
    assert_eq!(past.guarantee().status(), Some(Status::Issued));
    let past = past.when(record_restored()).then(events::restored());
    assert_eq!(past.guarantee().status(), Some(Status::Restored));
}

#[test]
fn restored_the_terms_show_what_was_sealed() {
    let guarantee = restored().guarantee();
    let terms = guarantee.issued().unwrap().terms();
    assert_eq!(terms.section_no.as_deref(), Some("E3200000001000001001"));
    assert_eq!(terms.applicant_name.as_deref(), Some(events::APPLICANT));
    assert_eq!(terms.amount, Some(yuan("800000")));
}

#[test]
fn what_came_in_the_clear_stays_whatever_the_restore_says() {
    let opened = Terms { amount: Some(yuan("1")), applicant_name: Some("别家".into()), ..events::opened() };
    let event =
        RestoreRequested { opened: opened.clone(), mode: SealMode::Plain, ..events::restore_requested() };
    let past = issued().when(Restore { opened: Ok((opened, SealMode::Plain)), ..restore() }).then(event);
    let guarantee = past.guarantee();
    let issued = guarantee.issued().unwrap();
    assert_eq!(issued.amount(), Some(yuan("800000")));
    assert_eq!(issued.terms().applicant_name.as_deref(), Some(events::APPLICANT));
}

#[test]
fn a_sealed_amount_is_known_from_the_restore_on() {
    let opened = Terms { amount: Some(yuan("800000")), ..events::opened() };
    let event = RestoreRequested { opened: opened.clone(), ..events::restore_requested() };
    let past = issued_with_a_sealed_amount();
    assert_eq!(past.guarantee().issued().unwrap().amount(), None);
    let past = past.when(Restore { opened: Ok((opened, SealMode::Ecb)), ..restore() }).then(event);
    assert_eq!(past.guarantee().issued().unwrap().left(), yuan("800000"));
}

#[test]
fn a_key_that_does_not_open_a_field_is_refused_by_name_and_a_right_one_is_taken_later() {
    let field = SealedField::SectionNo;
    issued()
        .when(Restore { opened: Err(field), ..restore() })
        .then_refused(Refusal::KeyDoesNotOpen { field })
        .when(restore())
        .then(events::restore_requested());
}

#[test]
fn a_restore_that_leaves_a_sealed_field_unknown_is_refused_so_none_is_half_restored() {
    let opened = Terms { beneficiary_code: None, ..events::opened() };
    issued()
        .when(Restore { opened: Ok((opened, SealMode::Plain)), ..restore() })
        .then_refused(Refusal::KeyDoesNotOpen { field: SealedField::BeneficiaryCode });
}

#[test]
fn the_same_restore_again_is_ok_while_it_is_rendered_and_after() {
    key_brought().when(restore()).then_nothing_new();
    restored().when(Restore { at: at("2026-03-25 09:00:00"), ..restore() }).then_nothing_new();
    key_held().when(Restore { early: EarlyRestore::Hold, ..restore_early() }).then_nothing_new();
}

#[test]
fn a_key_with_an_iv_or_without_is_the_same_when_it_opens_the_same() {
    restored()
        .when(Restore { opened: Ok((events::opened(), SealMode::Cbc)), ..restore() })
        .then_nothing_new();
}

#[test]
fn a_restore_that_opens_to_something_else_is_refused() {
    let opened = Terms { section_no: Some("E9999999999999999999".into()), ..events::opened() };
    for past in [key_brought(), restored()] {
        past.when(Restore { opened: Ok((opened.clone(), SealMode::Ecb)), ..restore() })
            .then_refused(Refusal::OtherContent);
    }
}

#[test]
fn the_same_restore_again_is_ok_after_the_cancellation_and_another_is_refused() {
    cancelled().when(restore()).then_nothing_new();
    let refusal = Refusal::AlreadyCancelled { cause: baohan_domain::event::CancelledCause::Requested };
    cancelled().when(moved_to("2026-04-10 14:00:00")).then_refused(refusal.clone());
    cancelled().when(Restore { guarantee_no: "BH-OTHER".into(), ..restore() }).then_refused(refusal.clone());
    cancelled()
        .when(Restore { opened: Err(SealedField::SectionNo), ..restore() })
        .then_refused(refusal.clone());
    issued().and(events::cancelled()).when(restore()).then_refused(refusal);
}

#[test]
fn a_guarantee_that_was_quit_is_never_restored_however_often_it_is_asked() {
    quit()
        .when(restore())
        .then_refused(Refusal::AlreadyQuit)
        .when(restore())
        .then_refused(Refusal::AlreadyQuit);
    // Nor does a restore from before the quit count: the platform must not take it for a guarantee that stands.
    let restored_and_quit = restored_early().and(events::quit_requested()).and(events::quit());
    restored_and_quit.when(restore()).then_refused(Refusal::AlreadyQuit);
}

#[test]
fn what_was_never_issued_is_not_restored_and_the_refusal_speaks_of_that_and_not_of_the_number() {
    for past in [an_application(), paid(), declined(), withdrawn()] {
        past.when(Restore { guarantee_no: "whatever".into(), ..restore() }).then_refused(Refusal::NotIssued);
    }
    nothing().when(restore()).then_refused(Refusal::UnknownApplication);
}

#[test]
fn another_guarantee_number_is_refused() {
    issued()
        .when(Restore { guarantee_no: "BH2026030200000002".into(), ..restore() })
        .then_refused(Refusal::GuaranteeNoDiffers);
}

#[test]
fn what_has_expired_is_not_restored() {
    let cause = baohan_domain::event::CancelledCause::Expired;
    issued()
        .and(baohan_domain::event::Cancelled { cause, ..events::cancelled() })
        .when(restore())
        .then_refused(Refusal::AlreadyCancelled { cause });
    expired().when(restore()).then_nothing_new();
}

#[test]
fn a_key_on_the_evening_before_is_taken_within_the_hours_of_the_profile() {
    issued().when(restore_early()).then(events::restore_early());
    let hours = |hours_max, now: &str| Restore {
        early: EarlyRestore::Accept { hours_max },
        at: at(now),
        ..restore()
    };
    let taken_at = |now: &str| RestoreRequested { requested_at: at(now), ..events::restore_requested() };
    issued().when(hours(11, "2026-03-23 22:00:00")).then(taken_at("2026-03-23 22:00:00"));
    issued()
        .when(hours(11, "2026-03-23 21:59:59"))
        .then_refused(Refusal::OpeningInTheFuture { hours_max: 11 });
    issued().when(hours(0, "2026-03-24 09:00:00")).then(taken_at("2026-03-24 09:00:00"));
    issued().when(hours(0, "2026-03-24 08:59:59")).then_refused(Refusal::OpeningInTheFuture { hours_max: 0 });
}

#[test]
fn a_profile_that_takes_no_early_keys_takes_one_at_the_opening() {
    let refuse = |now: &str| Restore { early: EarlyRestore::Refuse, at: at(now), ..restore() };
    issued()
        .when(refuse("2026-03-24 08:59:59"))
        .then_refused(Refusal::OpeningInTheFuture { hours_max: 0 })
        .when(refuse("2026-03-24 09:00:00"))
        .then(RestoreRequested { requested_at: at("2026-03-24 09:00:00"), ..events::restore_requested() });
}

#[test]
fn a_held_key_opens_nothing_before_the_opening() {
    let hold = Restore { early: EarlyRestore::Hold, ..restore_early() };
    let past = issued().when(hold).then(events::restore_held());
    let before = RecordRestored { at: at("2026-03-24 08:59:59"), ..record_restored() };
    let past = past.when(before).then_refused(Refusal::NotOpened);
    let at_the_opening = RecordRestored { at: at("2026-03-24 09:00:00"), ..record_restored() };
    past.when(at_the_opening).then(Restored { restored_at: at("2026-03-24 09:00:00"), ..events::restored() });
}

#[test]
fn a_held_key_waits_for_the_opening_when_that_is_moved() {
    let moved = OpeningMoved { moved_at: at("2026-03-24 08:00:00"), ..events::opening_moved() };
    let later = Restore { at: at("2026-03-24 08:00:00"), ..moved_to("2026-04-10 14:00:00") };
    let past = key_held().when(later).then(moved);
    let at_the_first_time = RecordRestored { at: at("2026-03-24 09:00:00"), ..record_restored() };
    let past = past.when(at_the_first_time).then_refused(Refusal::NotOpened);
    let at_the_new_time = RecordRestored { at: at("2026-04-10 14:00:00"), ..record_restored() };
    past.when(at_the_new_time)
        .then(Restored { restored_at: at("2026-04-10 14:00:00"), ..events::restored() });
}

#[test]
fn the_right_key_with_another_time_moves_the_opening_however_far_ahead() {
    // Neither the hours of the profile nor its refusal of early keys count any more: the values are open.
    let later = Restore { early: EarlyRestore::Refuse, ..moved_to("2026-04-10 14:00:00") };
    key_brought().when(later.clone()).then(events::opening_moved());
    let past = restored().when(later.clone()).then(events::opening_moved());
    assert_eq!(past.guarantee().status(), Some(Status::Restored));
    past.when(later).then_nothing_new();
}

#[test]
fn the_opening_can_be_moved_twice_and_back() {
    let again = OpeningMoved {
        opening_at: at("2026-04-08 14:00:00"),
        previous_opening_at: at("2026-04-10 14:00:00"),
        ..events::opening_moved()
    };
    let back = OpeningMoved {
        opening_at: at("2026-03-24 09:00:00"),
        previous_opening_at: at("2026-04-08 14:00:00"),
        ..events::opening_moved()
    };
    restored()
        .and(events::opening_moved())
        .when(moved_to("2026-04-08 14:00:00"))
        .then(again)
        .when(moved_to("2026-03-24 09:00:00"))
        .then(back);
}

#[test]
fn a_moved_opening_warns_where_the_validity_ends_before_it_or_on_its_day() {
    let moved = |opening: &str, validity_too_short| OpeningMoved {
        opening_at: at(opening),
        validity_too_short,
        ..events::opening_moved()
    };
    for (opening, too_short) in
        [("2026-06-29 23:59:59", false), ("2026-06-30 00:00:00", true), ("2026-07-01 09:00:00", true)]
    {
        restored().when(moved_to(opening)).then(moved(opening, too_short));
    }
}

#[test]
fn where_nothing_was_sealed_a_restore_still_tells_the_opening() {
    let nothing_opened = Restore { opened: Ok((Terms::default(), SealMode::None)), ..restore() };
    let event =
        RestoreRequested { opened: Terms::default(), mode: SealMode::None, ..events::restore_requested() };
    let past = issued_unsealed().when(nothing_opened.clone()).then(event);
    assert!(past.guarantee().issued().unwrap().opening_time_reached(at("2026-03-24 09:00:00")));
    let past = past.when(record_restored()).then(events::restored());
    past.when(nothing_opened).then_nothing_new();
}

#[test]
fn a_plain_document_is_recorded_once_and_in_its_form() {
    restored().when(record_restored()).then_nothing_new();
    issued().when(record_restored()).then_refused(Refusal::NotOpened);
    let sealed = RecordRestored { document: document(Form::Sealed), ..record_restored() };
    key_brought().when(sealed).then_refused(Refusal::WrongForm);
    quit().when(record_restored()).then_refused(Refusal::AlreadyQuit);
}

#[test]
fn a_restore_after_the_last_day_is_taken_until_the_clock_ends_the_guarantee() {
    let ended_the_day_before = Issued { valid_until: day("2026-03-23"), ..events::issued() };
    paid().and(ended_the_day_before).when(restore()).then(events::restore_requested());
}

#[test]
fn a_key_that_came_opens_the_way_to_the_invoice_before_the_document_is_made() {
    key_brought().when(request_invoice()).then(events::invoice_requested());
}
