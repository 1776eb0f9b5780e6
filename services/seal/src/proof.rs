use std::ops::Range;

use crate::hash::{Hash, empty_root, node_hash};

/// Why a proof does not prove what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// There is no such leaf, or no such older tree.
    #[error("the tree has no such leaf, or was never so large")]
    Outside,
    /// The path has another number of hashes than this proof needs.
    #[error("the path has {have} hashes where the proof needs {needed}")]
    Length {
        /// How many it has.
        have: usize,
        /// How many it needs.
        needed: usize,
    },
    /// The path leads to another root.
    #[error("the path leads to another root")]
    Root,
    /// The path leads to another root of the older tree.
    #[error("the path leads to another root of the older tree")]
    OldRoot,
}

/// The ranges of leaves whose hashes prove that a leaf is in a tree of `size`, the nearest first (RFC 9162, section 2.1.3.1).
/// `None`: the tree has no such leaf.
#[must_use]
pub fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let mut ranges = Vec::new();
    let mut around = 0..size;
    while around.end - around.start > 1 {
        let middle = around.start + split(around.end - around.start);
        if index < middle {
            ranges.push(middle..around.end);
            around.end = middle;
        } else {
            ranges.push(around.start..middle);
            around.start = middle;
        }
    }
    ranges.reverse();
    Some(ranges)
}

/// The ranges of leaves whose hashes prove that a tree of `new` leaves begins with the tree of `old` leaves (RFC 9162, section 2.1.4.1).
/// None are needed where `old` is 0 or both are the same. `None`: the new one is smaller.
#[must_use]
pub fn consistency_ranges(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old > new {
        return None;
    }
    let mut ranges = Vec::new();
    if old == 0 || old == new {
        return Some(ranges);
    }
    let mut around = 0..new;
    while around.end != old {
        let middle = around.start + split(around.end - around.start);
        if old <= middle {
            ranges.push(middle..around.end);
            around.end = middle;
        } else {
            ranges.push(around.start..middle);
            around.start = middle;
        }
    }
    // The old tree itself, where it is one complete subtree, is known to whoever checks.
    if around.start > 0 {
        ranges.push(around);
    }
    ranges.reverse();
    Some(ranges)
}

/// Whether the path proves that the leaf stands at `index` in the tree of this size and root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofFault> {
    let ranges = inclusion_ranges(index, size).ok_or(ProofFault::Outside)?;
    same_length(path, &ranges)?;
    let reached = path.iter().zip(&ranges).fold(*leaf, |reached, (sibling, range)| {
        if range.start > index { node_hash(&reached, sibling) } else { node_hash(sibling, &reached) }
    });
    if reached == *root { Ok(()) } else { Err(ProofFault::Root) }
}

/// Whether the path proves that the newer tree begins with the older one. Nothing is proven of an older tree without leaves but its root.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    path: &[Hash],
) -> Result<(), ProofFault> {
    let ranges = consistency_ranges(old_size, new_size).ok_or(ProofFault::Outside)?;
    same_length(path, &ranges)?;
    if old_size == 0 {
        return if *old_root == empty_root() { Ok(()) } else { Err(ProofFault::OldRoot) };
    }
    if old_size == new_size {
        return if old_root == new_root { Ok(()) } else { Err(ProofFault::Root) };
    }
    let mut steps = path.iter().zip(&ranges);
    let first =
        if old_size.is_power_of_two() { *old_root } else { *steps.next().ok_or(ProofFault::Outside)?.0 };
    let (old, new) = steps.fold((first, first), |(old, new), (sibling, range)| {
        if range.start >= old_size {
            (old, node_hash(&new, sibling))
        } else {
            (node_hash(sibling, &old), node_hash(sibling, &new))
        }
    });
    if old != *old_root {
        return Err(ProofFault::OldRoot);
    }
    if new == *new_root { Ok(()) } else { Err(ProofFault::Root) }
}

fn same_length(path: &[Hash], ranges: &[Range<u64>]) -> Result<(), ProofFault> {
    if path.len() == ranges.len() {
        Ok(())
    } else {
        Err(ProofFault::Length { have: path.len(), needed: ranges.len() })
    }
}

/// Where a range of leaves is split: the largest power of two below its length, which is at least 2.
fn split(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}
