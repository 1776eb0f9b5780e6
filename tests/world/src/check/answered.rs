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
