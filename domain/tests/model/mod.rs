//! A second, naive model of a guarantee against the rules: random sequences of asks, each with time going on, must get the
//! same answer from both, and leave the same status and the same amount to claim.

pub mod ask;
mod naive;

use baohan_domain::{Decision, Guarantee, Status, decide, evolve};
use proptest::prelude::*;

use ask::{Ask, Sealing, Sequence, sequence};
use naive::{Answer, Naive};

/// As many sequences as `make test` walks; it takes some seconds.
const SEQUENCES: u32 = 20_000;

/// Both take a sequence, step by step.
fn compare(sequence: &Sequence, mut naive: Naive) -> Result<(), TestCaseError> {
    let mut guarantee = Guarantee::default();
    let mut now = ask::START_MINUTE;
    for (minutes, ask) in &sequence.asks {
        now += minutes;
        let expected = naive.answer(ask, now);
        let decision = decide(&guarantee, ask.command(sequence.sealing, now));
        let answer = match &decision {
            Ok(Decision::Changed(events)) if !events.is_empty() => Answer::Yes,
            Ok(Decision::Changed(_)) => return Err(TestCaseError::fail("a change without an event")),
            Ok(Decision::Repeat) => Answer::Again,
            Err(_) => Answer::No,
        };
        prop_assert_eq!(answer, expected, "{:?} at {}, decided {:?}", ask, now, decision);
        if let Ok(Decision::Changed(events)) = decision {
            guarantee = events.iter().fold(guarantee, evolve);
        }
        let status = guarantee.status().map(Status::name);
        prop_assert_eq!(status, naive.status(), "after {:?} at {}", ask, now);
        let left = guarantee.issued().map(|issued| issued.left().fen());
        prop_assert_eq!(left, naive.left(), "after {:?} at {}", ask, now);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: SEQUENCES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_and_naive_model_give_the_same_answers(sequence in sequence()) {
        let naive = Naive::new(sequence.sealing);
        compare(&sequence, naive)?;
    }
}

/// The comparison is worth something only where sequences get far: each status and each kind of ask is reached, with each answer.
#[test]
fn random_sequences_reach_every_status_and_every_ask_is_taken_and_refused() {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut statuses = BTreeSet::new();
    let mut answers: BTreeMap<&str, BTreeSet<Answer>> = BTreeMap::new();
    for _ in 0..4_000 {
        let sequence = sequence().new_tree(&mut runner).unwrap().current();
        let (mut naive, mut now) = (Naive::new(sequence.sealing), ask::START_MINUTE);
        for (minutes, ask) in &sequence.asks {
            now += minutes;
            let name = ask.command(sequence.sealing, now).name();
            answers.entry(name).or_default().insert(naive.answer(ask, now));
            statuses.extend(naive.status());
        }
    }
    assert_eq!(
        statuses.into_iter().collect::<Vec<_>>(),
        ["applied", "cancelled", "declined", "issued", "quit", "restored", "withdrawn"]
    );
    assert_eq!(answers.len(), 22, "{:?}", answers.keys());
    for (name, seen) in answers {
        assert_eq!(seen.len(), 3, "{name} only got {seen:?}");
    }
}

#[test]
fn a_model_that_knows_better_or_worse_than_the_rules_is_told_apart() {
    let claim = Ask::Claim { right_no: true, amount: Some(ask::AMOUNT_FEN), content: 0 };
    let asks = ask::issued_prefix().into_iter().chain([(0, claim)]).collect();
    let sequence = Sequence { sealing: Sealing::Nothing, asks };
    assert!(compare(&sequence, Naive::new(Sealing::Nothing)).is_ok());
    // One that takes the document for a sealed one answers the issue otherwise.
    assert!(compare(&sequence, Naive::new(Sealing::Section)).is_err());
}
