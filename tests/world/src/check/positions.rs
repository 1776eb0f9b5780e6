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
