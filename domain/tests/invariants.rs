//! What holds however a guarantee lives: walked by the random sequences of the model, against the rules alone.

use baohan_domain::state::{Life, Quitting};
use baohan_domain::upcast::read;
use baohan_domain::{Command, Decision, Event, Guarantee, Money, Refusal, decide, evolve};
use proptest::prelude::*;

use crate::model::ask::{Ask, START_MINUTE, Sequence, sequence};

/// One step of a sequence that was taken.
struct Step<'a> {
    ask: &'a Ask,
    command: Command,
    now: i64,
    before: &'a Guarantee,
    events: &'a [Event],
    after: &'a Guarantee,
}

/// Walks the sequence and shows each step that changed something.
fn walk(
    sequence: &Sequence,
    mut look: impl FnMut(&Step<'_>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let (mut before, mut now) = (Guarantee::default(), START_MINUTE);
    for (minutes, ask) in &sequence.asks {
        now += minutes;
        let command = ask.command(sequence.sealing, now);
        let Ok(Decision::Changed(events)) = decide(&before, command.clone()) else { continue };
        let after = events.iter().fold(before.clone(), evolve);
        look(&Step { ask, command, now, before: &before, events: &events, after: &after })?;
        before = after;
    }
    Ok(())
}

fn is_beside_life(event: &Event) -> bool {
    matches!(
        event,
        Event::Annotated(_)
            | Event::NoticeAcknowledged(_)
            | Event::NoticeAbandoned(_)
            | Event::NoticeSkipped(_)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_guarantee_is_issued_at_most_once(sequence in sequence()) {
        let mut issued = 0;
        walk(&sequence, |step| {
            issued += step.events.iter().filter(|event| matches!(event, Event::Issued(_))).count();
            prop_assert!(issued <= 1);
            Ok(())
        })?;
    }

    #[test]
    fn claims_open_and_paid_never_exceed_the_amount(sequence in sequence()) {
        walk(&sequence, |step| {
            let Some(issued) = step.after.issued() else { return Ok(()) };
            let taken: i64 = issued.claims.iter().map(|claim| claim.taken().fen()).sum();
            let amount = issued.amount().unwrap_or(Money::ZERO);
            prop_assert!(taken <= amount.fen());
            prop_assert_eq!(issued.left().fen(), amount.fen() - taken);
            for event in step.events {
                if let Event::Claimed(claimed) = event {
                    prop_assert!(claimed.amount.is_positive());
                    prop_assert_eq!(claimed.left, issued.left());
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn after_a_quit_there_is_nothing_but_notices_and_remarks(sequence in sequence()) {
        walk(&sequence, |step| {
            if matches!(step.before.life, Life::Quit { .. }) {
                prop_assert!(step.events.iter().all(is_beside_life), "{:?}", step.events);
                prop_assert_eq!(&step.before.life, &step.after.life);
            }
            Ok(())
        })?;
    }

    #[test]
    fn after_a_cancellation_only_the_invoice_goes_on(sequence in sequence()) {
        walk(&sequence, |step| {
            if let Life::Cancelled { was, .. } = &step.before.life {
                let Life::Cancelled { was: is, .. } = &step.after.life else {
                    return Err(TestCaseError::fail("it came back"));
                };
                let mut with_the_invoice = was.clone();
                with_the_invoice.invoicing = is.invoicing.clone();
                prop_assert_eq!(&with_the_invoice, is);
            }
            Ok(())
        })?;
    }

    /// The same command once more, at the same moment and a minute later. A remark without a key is meant to be made
    /// again, and a quit request that the opening overtakes in that minute is refused: neither adds an event unasked.
    #[test]
    fn a_repeat_never_adds_an_event(sequence in sequence()) {
        walk(&sequence, |step| {
            if matches!(step.ask, Ask::Annotate { key: None, .. }) {
                return Ok(());
            }
            prop_assert_eq!(decide(step.after, step.command.clone()), Ok(Decision::Repeat), "{:?}", step.command);
            // What an issue says of its last day counts from its moment.
            let later = match step.ask {
                Ask::Issue { .. } => step.command.clone(),
                _ => step.ask.command(sequence.sealing, step.now + 1),
            };
            let again = decide(step.after, later);
            let overtaken = matches!(step.ask, Ask::RequestQuit { .. })
                && matches!(again, Err(Refusal::OpeningHasCome));
            prop_assert!(overtaken || again == Ok(Decision::Repeat), "{:?}: {:?}", step.command, again);
            Ok(())
        })?;
    }

    #[test]
    fn a_void_quit_is_never_confirmed(sequence in sequence()) {
        walk(&sequence, |step| {
            if !step.events.iter().any(|event| matches!(event, Event::Quit(_))) {
                return Ok(());
            }
            let Life::InForce(in_force) = &step.before.life else {
                return Err(TestCaseError::fail("quit, but not in force"));
            };
            let Quitting::Open(request) = &in_force.quitting else {
                return Err(TestCaseError::fail("quit, but not asked for"));
            };
            let Command::ConfirmQuit(confirm) = &step.command else {
                return Err(TestCaseError::fail("quit by another command"));
            };
            let opening = in_force.opening.key().map(|key| key.opening_at);
            let reached = opening.is_some_and(|opening| opening <= confirm.at);
            prop_assert!(!reached || request.exception.is_some());
            prop_assert!(in_force.claims.is_empty());
            Ok(())
        })?;
    }

    #[test]
    fn the_stored_events_give_the_state_that_decided(sequence in sequence()) {
        let mut stored = Vec::new();
        let mut last = Guarantee::default();
        walk(&sequence, |step| {
            for event in step.events {
                stored.push((event.name(), event.version(), serde_json::to_string(event).unwrap()));
            }
            last = step.after.clone();
            Ok(())
        })?;
        let read_back = stored.iter().fold(Guarantee::default(), |guarantee, (name, version, payload)| {
            evolve(guarantee, &read(name, version, payload).unwrap())
        });
        prop_assert_eq!(read_back, last);
    }

    #[test]
    fn a_state_is_written_and_read_back(sequence in sequence()) {
        walk(&sequence, |step| {
            let written = serde_json::to_string(step.after).unwrap();
            let read_back: Guarantee = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read_back, step.after);
            Ok(())
        })?;
    }
}
