//! The trees against the definitions of RFC 6962, section 2.1, written down as they stand there.

use std::collections::HashMap;
use std::ops::Range;

use baohan_seal::{
    Frontier, Hash, ProofFault, consistency_ranges, digest, empty_root, inclusion_ranges, join, node_hash,
    perfect_subtrees, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

/// All trees up to this size are looked at: past 256, so that every shape of the first eight levels is among them.
const SIZES: u64 = 300;

/// The recursive definitions.
struct Naive {
    leaves: Vec<Hash>,
    known: HashMap<Range<u64>, Hash>,
}

impl Naive {
    fn new(size: u64) -> Self {
        let leaves = (0..size).map(|leaf| digest(&leaf.to_be_bytes())).collect();
        Self { leaves, known: HashMap::new() }
    }

    /// MTH(D[range]).
    fn root(&mut self, range: Range<u64>) -> Hash {
        let length = range.end - range.start;
        if length == 0 {
            return empty_root();
        }
        if length == 1 {
            return self.leaves[usize::try_from(range.start).unwrap()];
        }
        if let Some(known) = self.known.get(&range) {
            return *known;
        }
        let middle = range.start + below(length);
        let (left, right) = (self.root(range.start..middle), self.root(middle..range.end));
        let root = node_hash(&left, &right);
        self.known.insert(range, root);
        root
    }

    /// PATH(m, D[range]).
    fn path(&mut self, m: u64, range: Range<u64>) -> Vec<Hash> {
        if range.end - range.start == 1 {
            return Vec::new();
        }
        let k = below(range.end - range.start);
        let middle = range.start + k;
        if m < k {
            let mut path = self.path(m, range.start..middle);
            path.push(self.root(middle..range.end));
            path
        } else {
            let mut path = self.path(m - k, middle..range.end);
            path.push(self.root(range.start..middle));
            path
        }
    }

    /// SUBPROOF(m, D[range], b).
    fn subproof(&mut self, m: u64, range: Range<u64>, b: bool) -> Vec<Hash> {
        let n = range.end - range.start;
        if m == n {
            return if b { Vec::new() } else { vec![self.root(range)] };
        }
        let k = below(n);
        let middle = range.start + k;
        if m <= k {
            let mut proof = self.subproof(m, range.start..middle, b);
            proof.push(self.root(middle..range.end));
            proof
        } else {
            let mut proof = self.subproof(m - k, middle..range.end, false);
            proof.push(self.root(range.start..middle));
            proof
        }
    }

    fn of(&mut self, ranges: Vec<Range<u64>>) -> Vec<Hash> {
        ranges.into_iter().map(|range| self.root(range)).collect()
    }
}

/// The largest power of two smaller than n.
fn below(n: u64) -> u64 {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

#[test]
fn the_frontier_has_the_root_of_the_recursive_definition_at_every_size() {
    let mut naive = Naive::new(SIZES);
    let mut frontier = Frontier::new();
    for size in 0..SIZES {
        assert_eq!((frontier.size(), frontier.root()), (size, naive.root(0..size)), "size {size}");
        assert_eq!(Frontier::of(size, frontier.subtrees().to_vec()), Some(frontier.clone()));
        frontier.push(naive.leaves[usize::try_from(size).unwrap()]);
    }
}

#[test]
fn every_leaf_of_every_size_is_proven_by_the_path_of_the_recursive_definition() {
    let mut naive = Naive::new(SIZES);
    for size in 1..=SIZES {
        let root = naive.root(0..size);
        for index in 0..size {
            let path = naive.of(inclusion_ranges(index, size).unwrap());
            assert_eq!(path, naive.path(index, 0..size), "leaf {index} of {size}");
            let leaf = naive.leaves[usize::try_from(index).unwrap()];
            verify_inclusion(&leaf, index, size, &path, &root).unwrap();
        }
    }
}

#[test]
fn every_older_tree_is_proven_by_the_path_of_the_recursive_definition() {
    let mut naive = Naive::new(SIZES);
    for new in 1..=SIZES {
        let new_root = naive.root(0..new);
        for old in 1..=new {
            let path = naive.of(consistency_ranges(old, new).unwrap());
            assert_eq!(path, naive.subproof(old, 0..new, true), "{old} in {new}");
            let old_root = naive.root(0..old);
            verify_consistency(old, &old_root, new, &new_root, &path).unwrap();
        }
    }
}

#[test]
fn the_hash_of_a_range_is_joined_from_its_complete_subtrees() {
    let mut naive = Naive::new(SIZES);
    for size in 1..=SIZES {
        for index in 0..size {
            for range in inclusion_ranges(index, size).unwrap() {
                let subtrees = perfect_subtrees(range.clone());
                let covered: Vec<u64> = subtrees.iter().flat_map(|subtree| subtree.range()).collect();
                assert_eq!(covered, range.clone().collect::<Vec<_>>());
                let hashes: Vec<_> = subtrees.iter().map(|subtree| naive.root(subtree.range())).collect();
                assert_eq!(join(&hashes), naive.root(range));
            }
        }
    }
}

#[test]
fn a_tree_without_leaves_is_before_every_other_and_holds_nothing() {
    let mut naive = Naive::new(3);
    let root = naive.root(0..3);
    assert_eq!(verify_consistency(0, &empty_root(), 3, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, &root, 3, &root, &[]), Err(ProofFault::OldRoot));
    assert_eq!(verify_inclusion(&root, 0, 0, &[], &empty_root()), Err(ProofFault::Outside));
    assert_eq!((inclusion_ranges(3, 3), consistency_ranges(4, 3)), (None, None));
}

#[test]
fn the_largest_trees_that_a_number_can_count_are_worked_out_in_a_few_steps() {
    assert_eq!(inclusion_ranges(0, u64::MAX).unwrap().len(), 64);
    assert!(consistency_ranges(u64::MAX - 1, u64::MAX).unwrap().len() <= 65);
    let all = perfect_subtrees(0..u64::MAX);
    assert_eq!((all.len(), all.last().unwrap().range()), (64, u64::MAX - 1..u64::MAX));
    assert!(perfect_subtrees(5..5).is_empty());
    assert_eq!(Frontier::of(3, vec![empty_root()]), None);
}

/// One change that makes a path another one.
fn bent(path: &[Hash], place: usize, bit: usize, way: u8) -> Vec<Hash> {
    let mut path = path.to_vec();
    let at = if path.is_empty() { 0 } else { place % path.len() };
    match way {
        0 if !path.is_empty() => path[at][bit / 8 % 32] ^= 1 << (bit % 8),
        1 if !path.is_empty() => drop(path.remove(at)),
        2 if path.len() > 1 && path[at] != path[(at + 1) % path.len()] => {
            let other = (at + 1) % path.len();
            path.swap(at, other);
        }
        _ => path.insert(at, digest(&bit.to_be_bytes())),
    }
    path
}

proptest! {
    #[test]
    fn a_wrong_proof_of_inclusion_never_verifies(
        size in 1..200u64, index in any::<u64>(), other in any::<u64>(), place in 0..64usize, bit in 0..256usize, way in 0..4u8,
    ) {
        let mut naive = Naive::new(size);
        let (index, other) = (index % size, other % (size + 5));
        let root = naive.root(0..size);
        let path = naive.of(inclusion_ranges(index, size).unwrap());
        let leaf = naive.leaves[usize::try_from(index).unwrap()];
        prop_assert!(verify_inclusion(&leaf, index, size, &path, &root).is_ok());
        prop_assert!(verify_inclusion(&leaf, index, size, &bent(&path, place, bit, way), &root).is_err());
        prop_assert!(verify_inclusion(&digest(&leaf), index, size, &path, &root).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &path, &digest(&root)).is_err());
        if other != index {
            prop_assert!(verify_inclusion(&leaf, other, size, &path, &root).is_err());
        }
    }

    #[test]
    fn a_wrong_proof_of_consistency_never_verifies(
        new in 2..200u64, old in any::<u64>(), place in 0..64usize, bit in 0..256usize, way in 0..4u8,
    ) {
        let mut naive = Naive::new(new);
        let old = 1 + old % (new - 1);
        let (old_root, new_root) = (naive.root(0..old), naive.root(0..new));
        let path = naive.of(consistency_ranges(old, new).unwrap());
        prop_assert!(verify_consistency(old, &old_root, new, &new_root, &path).is_ok());
        let wrong = bent(&path, place, bit, way);
        prop_assert!(verify_consistency(old, &old_root, new, &new_root, &wrong).is_err());
        prop_assert!(verify_consistency(old, &digest(&old_root), new, &new_root, &path).is_err());
        prop_assert!(verify_consistency(old, &old_root, new, &digest(&new_root), &path).is_err());
        prop_assert!(verify_consistency(new, &new_root, old, &old_root, &path).is_err());
    }

    #[test]
    fn a_tree_with_one_other_leaf_is_no_continuation(new in 2..150u64, old in any::<u64>(), changed in any::<u64>()) {
        let old = 1 + old % (new - 1);
        let changed = changed % old;
        let mut honest = Naive::new(old);
        let mut rewritten = Naive::new(new);
        rewritten.leaves[usize::try_from(changed).unwrap()] = digest(b"another");
        let path = rewritten.of(consistency_ranges(old, new).unwrap());
        let (old_root, new_root) = (honest.root(0..old), rewritten.root(0..new));
        prop_assert!(verify_consistency(old, &old_root, new, &new_root, &path).is_err());
    }
}
