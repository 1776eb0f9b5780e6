use baohan_domain::command::{ConfirmQuit, RefuseQuit, RequestQuit};
use baohan_domain::event::{CancelledCause, Quit, QuitRefused, QuitRequested};
use baohan_domain::{Refusal, Status};

use crate::story::commands::{another_request_quit, confirm_quit, refuse_quit, request_quit};
use crate::story::past::{
    an_application, cancelled, claim_paid, claimed, expired, issued, issued_unsealed, key_brought, key_held,
    nothing, quit, quit_requested, restored, restored_early,
};
use crate::story::{Past, at, events, fingerprint};

/// One moment before the opening and the opening itself.
const JUST_BEFORE: &str = "2026-03-24 08:59:59";
const OPENING: &str = "2026-03-24 09:00:00";

fn requested_at(now: &str) -> QuitRequested {
    QuitRequested { requested_at: at(now), ..events::quit_requested() }
}

fn asked_at(now: &str) -> RequestQuit {
    RequestQuit { at: at(now), ..request_quit() }
}

fn with_an_exception(now: &str) -> RequestQuit {
    RequestQuit { exception: Some(events::exception()), ..asked_at(now) }
}

fn carried_by_an_exception(now: &str) -> QuitRequested {
    QuitRequested { exception: Some(events::exception()), ..requested_at(now) }
}

#[test]
fn a_quit_before_anybody_knows_the_opening_is_taken_and_confirmed() {
    let past = issued()
        .when(request_quit())
        .then(events::quit_requested())
        .when(confirm_quit())
        .then(events::quit());
    assert_eq!(past.guarantee().status(), Some(Status::Quit));
    issued_unsealed().when(request_quit()).then(events::quit_requested());
}

#[test]
fn an_early_restore_does_not_end_the_time_for_a_quit() {
    for past in [restored_early(), key_held()] {
        past.when(asked_at(JUST_BEFORE))
            .then(requested_at(JUST_BEFORE))
            .when(ConfirmQuit { at: at(JUST_BEFORE) })
            .then(Quit { quit_at: at(JUST_BEFORE) });
    }
}

#[test]
fn from_the_openings_time_on_a_quit_is_refused() {
    for past in [restored(), key_brought(), restored_early(), key_held()] {
        past.when(asked_at(OPENING)).then_refused(Refusal::OpeningHasCome);
    }
}

#[test]
fn after_the_opening_a_known_exception_of_the_section_lets_it_be_asked() {
    let now = "2026-03-25 10:30:00";
    restored()
        .when(with_an_exception(now))
        .then(carried_by_an_exception(now))
        .when(ConfirmQuit { at: at("2026-03-25 11:00:00") })
        .then(Quit { quit_at: at("2026-03-25 11:00:00") });
}

#[test]
fn before_the_opening_an_exception_is_not_needed_and_not_kept() {
    issued().when(with_an_exception("2026-03-10 10:00:00")).then(events::quit_requested());
}

#[test]
fn the_same_quit_again_is_ok_while_it_is_open_and_after_it_was_confirmed() {
    quit_requested().when(asked_at("2026-03-11 10:00:00")).then_nothing_new();
    quit().when(asked_at("2026-03-24 10:00:00")).then_nothing_new();
    quit().when(confirm_quit()).then_nothing_new();
}

#[test]
fn another_quit_is_refused_while_one_is_open_and_after_it_was_confirmed() {
    quit_requested().when(another_request_quit()).then_refused(Refusal::QuitOpen);
    quit().when(another_request_quit()).then_refused(Refusal::AlreadyQuit);
}

#[test]
fn a_request_from_before_is_void_once_restored_and_the_opening_reached() {
    let past = quit_requested().and(events::restore_early());
    past.clone().when(ConfirmQuit { at: at(JUST_BEFORE) }).then(Quit { quit_at: at(JUST_BEFORE) });
    past.clone().when(ConfirmQuit { at: at(OPENING) }).then_refused(Refusal::QuitVoid);
    // The same call again no longer finds the request standing.
    past.when(asked_at(OPENING)).then_refused(Refusal::OpeningHasCome);
}

#[test]
fn a_void_request_gives_way_to_one_that_an_exception_carries() {
    let now = "2026-03-25 10:30:00";
    quit_requested()
        .and(events::restore_requested())
        .when(with_an_exception(now))
        .then(carried_by_an_exception(now))
        .when(with_an_exception(now))
        .then_nothing_new()
        .when(ConfirmQuit { at: at(now) })
        .then(Quit { quit_at: at(now) });
}

#[test]
fn a_void_request_stands_again_when_the_opening_is_moved_to_a_later_time() {
    let past = quit_requested().and(events::restore_requested()).and(events::opening_moved());
    past.clone().when(asked_at("2026-04-03 10:00:00")).then_nothing_new();
    let now = at("2026-04-03 10:00:00");
    past.when(ConfirmQuit { at: now }).then(Quit { quit_at: now });
}

#[test]
fn a_moved_opening_makes_quits_possible_again() {
    let now = "2026-04-03 10:00:00";
    restored().and(events::opening_moved()).when(asked_at(now)).then(requested_at(now));
}

#[test]
fn a_refused_quit_can_be_asked_again_even_with_the_same_content() {
    let past = quit_requested().when(refuse_quit()).then(events::quit_refused());
    assert_eq!(past.guarantee().status(), Some(Status::Issued));
    past.clone().when(confirm_quit()).then_refused(Refusal::NoQuitOpen);
    past.when(request_quit()).then(events::quit_requested());
}

#[test]
fn the_same_refusal_again_is_ok_and_another_finds_nothing_open() {
    let past = quit_requested().and(events::quit_refused());
    past.clone().when(refuse_quit()).then_nothing_new();
    let other = RefuseQuit { reason: "另一原因".into(), ..refuse_quit() };
    past.when(other).then_refused(Refusal::NoQuitOpen);
}

#[test]
fn a_void_request_can_still_be_refused_for_the_record() {
    let now = at("2026-03-24 10:00:00");
    quit_requested()
        .and(events::restore_requested())
        .when(RefuseQuit { at: now, ..refuse_quit() })
        .then(QuitRefused { refused_at: now, ..events::quit_refused() });
}

#[test]
fn without_a_request_nothing_is_confirmed_or_refused() {
    issued().when(confirm_quit()).then_refused(Refusal::NoQuitOpen);
    issued().when(refuse_quit()).then_refused(Refusal::NoQuitOpen);
    let unexplained = RefuseQuit { reason: String::new(), ..refuse_quit() };
    quit_requested().when(unexplained).then_refused(Refusal::ReasonMissing);
}

#[test]
fn what_was_claimed_is_not_taken_back() {
    for past in [claimed(), claim_paid()] {
        past.when(with_an_exception("2026-04-08 10:00:00")).then_refused(Refusal::AlreadyClaimed);
    }
    // Nor by a request that was open when the claim came.
    let claimed_after_the_request = quit_requested().and(events::claimed());
    claimed_after_the_request.when(confirm_quit()).then_refused(Refusal::AlreadyClaimed);
}

#[test]
fn what_was_cancelled_or_has_expired_is_not_taken_back() {
    let cancelled_while_asked: Past = quit_requested().and(events::cancelled());
    for (past, cause) in [
        (cancelled(), CancelledCause::Requested),
        (cancelled_while_asked, CancelledCause::Requested),
        (expired(), CancelledCause::Expired),
    ] {
        past.clone().when(request_quit()).then_refused(Refusal::AlreadyCancelled { cause });
        past.clone().when(confirm_quit()).then_refused(Refusal::AlreadyCancelled { cause });
        past.when(refuse_quit()).then_refused(Refusal::AlreadyCancelled { cause });
    }
}

#[test]
fn what_was_never_issued_is_not_taken_back_and_the_number_must_be_right() {
    an_application().when(request_quit()).then_refused(Refusal::NotIssued);
    nothing().when(request_quit()).then_refused(Refusal::UnknownApplication);
    issued()
        .when(RequestQuit { guarantee_no: "BH-OTHER".into(), ..request_quit() })
        .then_refused(Refusal::GuaranteeNoDiffers);
}

#[test]
fn another_request_after_a_refusal_is_judged_anew() {
    let past = quit_requested().and(events::quit_refused());
    let content = fingerprint("another quit request");
    past.when(another_request_quit()).then(QuitRequested { content, ..events::quit_requested() });
}
