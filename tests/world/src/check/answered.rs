//! I1: every answered call is in the store, once.

use std::collections::BTreeMap;

use crate::asked::Asked;
use crate::records::{Row, lives};

/// Fails with the first call that was answered and does not stand in the store exactly once.
pub fn stand_once(rows: &[Row], answered: &[Asked]) {
    let lives = lives(rows);
    let mut asked: BTreeMap<(String, &str), &Asked> = BTreeMap::new();
    for call in answered {
        asked.insert((call.guarantee(), call.event()), call);
    }
    for ((guarantee, event), call) in asked {
        let life =
            lives.get(guarantee.as_str()).unwrap_or_else(|| panic!("{call:?} was answered and is lost"));
        let times = life.iter().filter(|row| row.event_type == event).count();
        assert_eq!(times, 1, "{call:?} was answered, and stands in the store so often: {life:#?}");
    }
    // Nothing happened twice to anybody, answered or not.
    for life in lives.values() {
        for (place, row) in life.iter().enumerate() {
            assert_eq!(row.sequence, place as u64 + 1, "a gap in the life of {}: {life:#?}", row.guarantee);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::stand_once;
    use crate::asked::{Asked, What};
    use crate::records::{Row, made::row};

    fn asked(what: What) -> Asked {
        Asked { what, application_no: "SQ1".to_owned(), guarantee_no: String::new() }
    }

    fn life(events: &[&str]) -> Vec<Row> {
        let guarantee = asked(What::Apply).guarantee();
        let numbered = (1..).zip(events);
        numbered.map(|(place, event)| row(&guarantee, place, place, event, "{}")).collect()
    }

    #[test]
    fn what_was_answered_and_stands_there_once_is_well() {
        stand_once(&life(&["Applied", "Declined"]), &[asked(What::Apply), asked(What::Decline)]);
    }

    #[test]
    #[should_panic(expected = "was answered and is lost")]
    fn a_lost_guarantee_is_told() {
        stand_once(&[], &[asked(What::Apply)]);
    }

    #[test]
    #[should_panic(expected = "stands in the store so often")]
    fn a_lost_call_is_told() {
        stand_once(&life(&["Applied"]), &[asked(What::Apply), asked(What::Decline)]);
    }

    #[test]
    #[should_panic(expected = "stands in the store so often")]
    fn a_doubled_call_is_told() {
        stand_once(&life(&["Applied", "Declined", "Declined"]), &[asked(What::Decline)]);
    }
}
