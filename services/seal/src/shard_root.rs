use crate::hash::{Hash, empty_root};

/// A shard's tree at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardRoot {
    /// How many records it holds.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl ShardRoot {
    /// The tree of a shard without records.
    #[must_use]
    pub fn empty() -> Self {
        Self { size: 0, root: empty_root() }
    }
}
