use std::ops::Range;

use crate::hash::{Hash, empty_root, node_hash};

/// A complete subtree: the leaves from `number << level` on, `1 << level` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subtree {
    /// Its height; 0 is a leaf.
    pub level: u8,
    /// Which one of its level, from 0.
    pub number: u64,
}

impl Subtree {
    /// Its leaves.
    #[must_use]
    pub fn range(self) -> Range<u64> {
        let leaves = 1u64.checked_shl(self.level.into()).unwrap_or(0);
        let start = self.number.saturating_mul(leaves);
        start..start.saturating_add(leaves)
    }
}

/// The complete subtrees that make up a range of leaves, as few as possible, left to right.
#[must_use]
pub fn perfect_subtrees(range: Range<u64>) -> Vec<Subtree> {
    let mut found = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let fits = (range.end - start).ilog2();
        let level = start.trailing_zeros().min(fits);
        // Both are at most 63.
        found.push(Subtree { level: u8::try_from(level).unwrap_or(u8::MAX), number: start >> level });
        start = match start.checked_add(1 << level) {
            Some(next) => next,
            None => break,
        };
    }
    found
}

/// The hash of a range out of the hashes of its [`perfect_subtrees`]. It holds for the ranges that a tree of RFC 6962 is made of (they begin at
/// a multiple of their largest subtree), as those of a path do. No hashes: the empty root.
#[must_use]
pub fn join(hashes: &[Hash]) -> Hash {
    let mut from_right = hashes.iter().rev();
    let Some(last) = from_right.next() else { return empty_root() };
    from_right.fold(*last, |right, left| node_hash(left, &right))
}
