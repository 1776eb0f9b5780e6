use baohan_seal::{Hash, join, node_hash};

/// Each so many levels the seal keeps the hashes of complete subtrees.
pub(super) const LEVELS: u8 = 8;

/// A tree that grows, and tells of each complete subtree that the seal keeps as it comes about.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    size: u64,
    /// The complete subtrees by level, where there is one at that level.
    levels: Vec<Option<Hash>>,
}

/// A complete subtree that the seal keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) level: u8,
    pub(super) number: u64,
    pub(super) hash: Hash,
}

impl Tree {
    /// A tree of which the hashes of its complete subtrees are known, the largest first, as many as the size has.
    pub(super) fn of(size: u64, subtrees: &[Hash]) -> Self {
        let mut levels = vec![None; usize::try_from(u64::BITS - size.leading_zeros()).unwrap_or(0)];
        let mut subtrees = subtrees.iter();
        for (level, place) in levels.iter_mut().enumerate().rev() {
            if size >> level & 1 == 1 {
                *place = subtrees.next().copied();
            }
        }
        Self { size, levels }
    }

    pub(super) fn push(&mut self, leaf: Hash, mut completes: impl FnMut(Kept)) {
        let (mut hash, index) = (leaf, self.size);
        self.size += 1;
        for level in 0_u8.. {
            if level > 0 && level % LEVELS == 0 {
                completes(Kept { level, number: index >> level, hash });
            }
            let Some(place) = self.levels.get_mut(usize::from(level)) else {
                self.levels.push(Some(hash));
                return;
            };
            let Some(left) = place.take() else {
                *place = Some(hash);
                return;
            };
            hash = node_hash(&left, &hash);
        }
    }

    pub(super) fn root(&self) -> Hash {
        let subtrees: Vec<Hash> = self.levels.iter().rev().flatten().copied().collect();
        join(&subtrees)
    }
}

#[cfg(test)]
mod tests {
    use baohan_seal::{Frontier, digest};

    use super::*;

    fn leaf(number: u64) -> Hash {
        digest(&number.to_be_bytes())
    }

    #[test]
    fn it_has_the_roots_of_every_size_and_can_be_begun_at_any() {
        let (mut tree, mut frontier) = (Tree::default(), Frontier::new());
        for number in 0..600 {
            assert_eq!(tree.root(), frontier.root());
            let mut begun = Tree::of(number, frontier.subtrees());
            assert_eq!(begun.root(), frontier.root(), "{number}");
            tree.push(leaf(number), |_| {});
            begun.push(leaf(number), |_| {});
            frontier.push(leaf(number));
            assert_eq!(begun.root(), frontier.root(), "{number}");
        }
    }

    #[test]
    fn it_tells_of_each_subtree_that_is_kept() {
        let (mut tree, mut kept) = (Tree::default(), Vec::new());
        for number in 0..65_536 + 300 {
            tree.push(leaf(number), |subtree| kept.push(subtree));
        }
        let of_level = |level| kept.iter().filter(move |kept| kept.level == level).collect::<Vec<_>>();
        assert_eq!(of_level(8).len(), 257);
        assert_eq!(of_level(16).len(), 1);
        assert!(of_level(8).iter().zip(0..).all(|(kept, number)| kept.number == number));
        let mut third = Frontier::new();
        (512..768).for_each(|number| third.push(leaf(number)));
        assert_eq!(of_level(8)[2].hash, third.root());
        let mut whole = Frontier::new();
        (0..65_536).for_each(|number| whole.push(leaf(number)));
        assert_eq!(of_level(16)[0].hash, whole.root());
    }
}
