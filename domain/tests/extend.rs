use baohan_domain::Refusal;
use baohan_domain::command::Extend;
use baohan_domain::event::{CancelledCause, Extended};

use crate::story::commands::extend;
use crate::story::past::{an_application, cancelled, claim_paid, claimed, issued, nothing, quit, restored};
use crate::story::{at, day, events};

fn until(text: &str) -> Extend {
    Extend { valid_until: day(text), ..extend() }
}

#[test]
fn the_validity_is_extended_to_a_later_day_claimed_or_not() {
    for past in [issued(), restored(), claimed(), claim_paid()] {
        past.when(extend()).then(events::extended());
    }
}

#[test]
fn it_can_be_extended_again_and_the_event_tells_the_last_day_until_then() {
    let further = Extended {
        valid_until: day("2026-08-01"),
        previous_valid_until: day("2026-07-31"),
        ..events::extended()
    };
    issued().and(events::extended()).when(until("2026-08-01")).then(further);
}

#[test]
fn the_same_extension_again_is_ok() {
    issued().and(events::extended()).when(extend()).then_nothing_new();
}

#[test]
fn an_earlier_day_is_refused() {
    issued().when(until("2026-06-29")).then_refused(Refusal::EarlierDate { valid_until: day("2026-06-30") });
}

#[test]
fn on_the_last_day_it_is_not_too_late_and_on_the_next_it_is() {
    let now = at("2026-06-30 23:59:59");
    issued().when(Extend { at: now, ..extend() }).then(Extended { extended_at: now, ..events::extended() });
    issued()
        .when(Extend { at: at("2026-07-01 00:00:00"), ..extend() })
        .then_refused(Refusal::AlreadyCancelled { cause: CancelledCause::Expired });
}

#[test]
fn what_is_not_in_force_is_not_extended() {
    quit().when(extend()).then_refused(Refusal::AlreadyQuit);
    cancelled().when(extend()).then_refused(Refusal::AlreadyCancelled { cause: CancelledCause::Requested });
    an_application().when(extend()).then_refused(Refusal::NotIssued);
    nothing().when(extend()).then_refused(Refusal::UnknownApplication);
}
