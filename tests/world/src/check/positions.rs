//! I2: positions run 1…n without a gap in each shard, and time does not go back.

use std::collections::BTreeSet;

use crate::records::Row;

/// Fails at the first gap. The rows come shard by shard, in order.
pub fn have_no_gap(rows: &[Row]) {
    let (mut shard, mut position, mut at) = (None, 0, None);
    for row in rows {
        if shard != Some(row.shard) {
            (shard, position, at) = (Some(row.shard), 0, None);
        }
        assert_eq!(row.position, position + 1, "a gap in shard {} before {row:?}", row.shard);
        assert!(at.is_none_or(|at| at <= row.recorded_at), "time goes back at {row:?}");
        (position, at) = (row.position, Some(row.recorded_at));
    }
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.id).collect();
    assert_eq!(ids.len(), rows.len(), "an event's id stands twice");
}

#[cfg(test)]
mod tests {
    use super::have_no_gap;
    use crate::records::made::{at, row};

    #[test]
    fn a_whole_shard_is_well() {
        have_no_gap(&[row("a", 1, 1, "Applied", "{}"), row("a", 2, 2, "Issued", "{}")]);
    }

    #[test]
    #[should_panic(expected = "a gap in shard 0")]
    fn a_gap_is_told() {
        have_no_gap(&[row("a", 1, 1, "Applied", "{}"), row("a", 3, 2, "Issued", "{}")]);
    }

    #[test]
    #[should_panic(expected = "time goes back")]
    fn time_that_goes_back_is_told() {
        let mut late = row("a", 2, 2, "Issued", "{}");
        late.recorded_at = at(0);
        have_no_gap(&[row("a", 1, 1, "Applied", "{}"), late]);
    }
}
