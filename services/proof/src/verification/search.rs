//! Where records have gone to, and where they have come from: looked for in the whole shard, once something does not fit.

use std::collections::{HashMap, HashSet};

use baohan_log::AuditedRow;
use baohan_seal::{FIELDS, marks};

use super::batch::{BATCH, position, stored};
use crate::error::Error;
use crate::source::Sources;

/// The place of the event's id among the fields' marks: it names a record wherever it stands.
const ID: usize = 3;

/// What is where, by the marks of ids.
#[derive(Default)]
pub(super) struct Found {
    /// Of a position, the mark of the id that was sealed there.
    pub(super) sealed_at: HashMap<u64, u32>,
    /// Of a position, the mark of the id that stands there.
    pub(super) stands_at: HashMap<i64, u32>,
    /// Of an id's mark, where it was sealed.
    pub(super) sealed: HashMap<u32, Vec<u64>>,
    /// Of an id's mark, where it stands.
    pub(super) stands: HashMap<u32, Vec<i64>>,
}

impl Found {
    /// Looks for the records of these positions: for those that were sealed there, and for those that stand there.
    pub(super) async fn of(
        sources: &Sources,
        shard: u16,
        positions: &HashSet<u64>,
        sealed: u64,
        head: u64,
    ) -> Result<Self, Error> {
        debug_assert_eq!(FIELDS[ID], "id");
        let mut found = Self::default();
        let Some(projections) = &sources.projections else { return Ok(found) };
        for from in (0..sealed).step_by(usize::try_from(BATCH).unwrap_or(1)) {
            for leaf in projections.audited_leaves(shard, from..(from + BATCH).min(sealed)).await? {
                let Some(marks) = leaf.marks else { continue };
                if positions.contains(&(leaf.index + 1)) {
                    found.sealed_at.insert(leaf.index + 1, marks[ID]);
                }
                found.sealed.entry(marks[ID]).or_default().push(leaf.index + 1);
            }
        }
        let last = head.max(sealed);
        let inner = (0..last).step_by(usize::try_from(BATCH).unwrap_or(1));
        let ranges = inner.map(|from| (stored(from), stored((from + BATCH).min(last))));
        for (after, up_to) in std::iter::once((i64::MIN, 0)).chain(ranges).chain([(stored(last), i64::MAX)]) {
            for row in sources.log.audited_rows(shard, after, up_to).await? {
                let at = position(&row);
                let AuditedRow::Event(event) = row else { continue };
                let mark = marks(&event)[ID];
                if u64::try_from(at).is_ok_and(|at| positions.contains(&at)) {
                    found.stands_at.insert(at, mark);
                }
                found.stands.entry(mark).or_default().push(at);
            }
        }
        let wanted: HashSet<u32> =
            found.sealed_at.values().chain(found.stands_at.values()).copied().collect();
        found.sealed.retain(|mark, _| wanted.contains(mark));
        found.stands.retain(|mark, _| wanted.contains(mark));
        Ok(found)
    }

    /// What has happened to the record that was sealed at a position at which another one stands.
    pub(super) fn displaced(&self, position: u64) -> Displaced {
        let gone_to = self.sealed_at.get(&position).and_then(|mark| self.stands.get(mark)?.first().copied());
        let mark = self.stands_at.get(&stored(position));
        let came_from = mark.and_then(|mark| self.sealed.get(mark)?.first().copied());
        let is_copy = came_from
            .zip(mark)
            .is_some_and(|(from, mark)| self.stands.get(mark).is_some_and(|at| at.contains(&stored(from))));
        match (came_from, gone_to) {
            (Some(from), None) if from > position && !is_copy => {
                Displaced::ClosedUp { gone: from - position }
            }
            (None, Some(to)) if to > stored(position) => {
                Displaced::MadeRoom { new: u64::try_from(to).unwrap_or(0).saturating_sub(position) }
            }
            (_, Some(to)) => Displaced::Moved { to },
            (_, None) => Displaced::Replaced,
        }
    }

    /// Where the record that was sealed at a position stands now, at which none stands.
    pub(super) fn gone_to(&self, position: u64) -> Option<i64> {
        let mark = self.sealed_at.get(&position)?;
        self.stands.get(mark)?.first().copied()
    }
}

/// What has happened to a record in whose place another one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Displaced {
    /// So many records are gone, and those behind have moved up.
    ClosedUp { gone: u64 },
    /// So many records are new, and those behind have moved down.
    MadeRoom { new: u64 },
    /// It stands at another position.
    Moved { to: i64 },
    /// It is nowhere, and something else stands in its place.
    Replaced,
}
