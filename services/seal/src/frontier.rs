use crate::hash::{Hash, node_hash};
use crate::subtree::join;

/// A tree that only grows, as little of it as appending and the root need: the hashes of its complete subtrees, at most 64.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The complete subtrees, the largest first: one for each bit that is set in `size`.
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of which the hashes of its complete subtrees are known, left to right; `None`: they are not as many as the size has.
    #[must_use]
    pub fn of(size: u64, subtrees: Vec<Hash>) -> Option<Self> {
        (u32::try_from(subtrees.len()) == Ok(size.count_ones())).then_some(Self { size, subtrees })
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut right = leaf;
        // Each trailing bit that is set is a subtree of the new one's size: they become one.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                right = node_hash(&left, &right);
            }
        }
        self.subtrees.push(right);
        self.size += 1;
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of its complete subtrees, the largest (leftmost) first.
    #[must_use]
    pub fn subtrees(&self) -> &[Hash] {
        &self.subtrees
    }

    /// Its root.
    #[must_use]
    pub fn root(&self) -> Hash {
        join(&self.subtrees)
    }
}
