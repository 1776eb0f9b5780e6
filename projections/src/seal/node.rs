//! The stored nodes of a tree, and what lies between them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use baohan_seal::{Hash, Subtree, hash_from_hex, join, perfect_subtrees};

use super::{LEVELS, TABLE, root};
use crate::database::{Connection, Statement};
use crate::error::{ApplyError, Error};
use crate::rows::stored_count;

/// The digits of a hash.
const DIGITS: usize = 2 * size_of::<Hash>();

/// The nodes of a level, all of them.
pub(super) async fn before(
    table: &str,
    shard: u16,
    level: u8,
    numbers: Range<u64>,
    connection: &mut Connection<'_>,
) -> Result<Vec<Hash>, ApplyError> {
    let sql = format!(
        "SELECT hash FROM {table} WHERE shard = ? AND level = ? AND number >= ? AND number < ? ORDER BY number"
    );
    let statement = Statement::new(sql).bind(shard).bind(u16::from(level));
    let rows = connection.fetch_all(statement.bind(numbers.start).bind(numbers.end)).await?;
    let hashes: Vec<Hash> =
        rows.iter().filter_map(|row| row.get::<&[u8]>("hash").ok()?.try_into().ok()).collect();
    if hashes.len() as u64 == numbers.end - numbers.start {
        Ok(hashes)
    } else {
        Err(ApplyError::DoesNotFollow { event: "the record", what: "the seal lacks a row before it" })
    }
}

/// Which stored nodes make up a subtree: their level and numbers.
fn stored(subtree: Subtree) -> (u8, Range<u64>) {
    let above = subtree.level % LEVELS;
    (subtree.level - above, subtree.number << above..(subtree.number + 1) << above)
}

/// The stored nodes that some ranges of leaves need.
pub(super) struct Nodes {
    runs: Vec<Run>,
}

/// Nodes of a level that follow each other.
struct Run {
    level: u8,
    numbers: Range<u64>,
    hashes: Vec<Hash>,
}

impl Nodes {
    /// Reads what the ranges need, in one statement: some hundred nodes in a few runs, however large the tree is.
    pub(super) async fn read(
        shard: u16,
        ranges: &[Range<u64>],
        connection: &mut Connection<'_>,
    ) -> Result<Self, Error> {
        let wanted = runs(ranges);
        if wanted.is_empty() {
            return Ok(Self { runs: Vec::new() });
        }
        let digits = connection.dialect().digits("hash", "number");
        let select =
            format!("SELECT min(level) AS level, min(number) AS first, {digits} AS digits FROM seal");
        let mut query = Statement::new("");
        for (nth, (level, numbers)) in wanted.iter().enumerate() {
            query.push(if nth == 0 { "" } else { " UNION ALL " }).push(&select);
            query.push(" WHERE shard = ").push_bind(shard).push(" AND level = ").push_bind(u16::from(*level));
            query.push(" AND number >= ").push_bind(numbers.start);
            query.push(" AND number < ").push_bind(numbers.end);
        }
        let mut found = HashMap::new();
        for row in connection.fetch_all(query).await? {
            // A run that holds nothing is a row of nothing.
            let first: Option<i64> = row.get("first")?;
            if let Some(first) = first {
                found.insert((row.get::<i64>("level")?, first), hashes(row.get("digits")?)?);
            }
        }
        let mut runs = Vec::with_capacity(wanted.len());
        for (level, numbers) in wanted {
            let hashes = found.remove(&(level.into(), stored_count(numbers.start))).unwrap_or_default();
            if hashes.len() as u64 != numbers.end - numbers.start {
                let Range { start, end } = numbers;
                let what =
                    format!("a node is missing at level {level} of shard {shard}, from {start} to {end}");
                return Err(Error::BentRow { table: TABLE, what });
            }
            runs.push(Run { level, numbers, hashes });
        }
        Ok(Self { runs })
    }

    /// The hash of a range of leaves.
    pub(super) fn range(&self, range: Range<u64>) -> Result<Hash, Error> {
        let subtrees = perfect_subtrees(range).into_iter().map(|subtree| self.subtree(subtree));
        Ok(join(&subtrees.collect::<Result<Vec<_>, _>>()?))
    }

    fn subtree(&self, subtree: Subtree) -> Result<Hash, Error> {
        let (level, numbers) = stored(subtree);
        let within = |run: &&Run| {
            run.level == level && run.numbers.start <= numbers.start && numbers.end <= run.numbers.end
        };
        let nodes = self.runs.iter().find(within).and_then(|run| {
            let start = usize::try_from(numbers.start - run.numbers.start).ok()?;
            let count = usize::try_from(numbers.end - numbers.start).ok()?;
            run.hashes.get(start..start + count)
        });
        let missing = || Error::BentRow { table: TABLE, what: format!("{subtree:?} was not read") };
        nodes.map(root).ok_or_else(missing)
    }
}

/// The hashes of a run, written one behind the other.
fn hashes(digits: &str) -> Result<Vec<Hash>, Error> {
    let hashes =
        digits.as_bytes().chunks(DIGITS).map(|digits| hash_from_hex(std::str::from_utf8(digits).ok()?));
    let what = || "a hash that is none".to_owned();
    hashes.collect::<Option<_>>().ok_or_else(|| Error::BentRow { table: TABLE, what: what() })
}

/// The runs of stored nodes that ranges of leaves need, level by level. Those that touch are read as one, and so are those with a single node
/// between them: it is the leaf that is proven.
fn runs(ranges: &[Range<u64>]) -> Vec<(u8, Range<u64>)> {
    let mut levels: BTreeMap<u8, Vec<Range<u64>>> = BTreeMap::new();
    for subtree in ranges.iter().flat_map(|range| perfect_subtrees(range.clone())) {
        let (level, numbers) = stored(subtree);
        levels.entry(level).or_default().push(numbers);
    }
    let mut runs: Vec<(u8, Range<u64>)> = Vec::new();
    for (level, mut needed) in levels {
        needed.sort_by_key(|numbers| numbers.start);
        for numbers in needed {
            match runs.last_mut() {
                Some((last, run)) if *last == level && numbers.start <= run.end + 1 => {
                    run.end = run.end.max(numbers.end);
                }
                _ => runs.push((level, numbers)),
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use baohan_seal::inclusion_ranges;

    use super::*;

    #[test]
    fn a_subtree_is_made_of_stored_nodes() {
        assert_eq!(stored(Subtree { level: 0, number: 7 }), (0, 7..8));
        assert_eq!(stored(Subtree { level: 3, number: 2 }), (0, 16..24));
        assert_eq!(stored(Subtree { level: 8, number: 2 }), (8, 2..3));
        assert_eq!(stored(Subtree { level: 18, number: 1 }), (16, 4..8));
    }

    #[test]
    fn a_path_of_a_large_tree_needs_few_runs_and_some_hundred_nodes() {
        let size = 1_000_000;
        for index in [0, 1, 255, 256, 65_535, 65_536, 524_287, 999_424, 999_998, 999_999] {
            let runs = runs(&inclusion_ranges(index, size).unwrap());
            let nodes: u64 = runs.iter().map(|(_, numbers)| numbers.end - numbers.start).sum();
            assert!(runs.len() <= 5 && nodes < 1_000, "{index}: {runs:?}");
        }
    }

    #[test]
    fn no_ranges_need_no_runs() {
        assert!(runs(&[]).is_empty());
    }
}
