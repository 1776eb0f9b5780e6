use std::fmt;

use baohan_seal::{Hash, ShardRoot, SignedCheckpoint};
use chrono::{DateTime, Utc};

/// Sizes and roots that were signed at some moment, by which records are measured.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    pub(super) number: u64,
    pub(super) time: DateTime<Utc>,
    pub(super) trees: Vec<ShardRoot>,
    pub(super) origin: Origin,
}

/// From where a checkpoint is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// From the store itself.
    Kept,
    /// From elsewhere: whoever rewrote the store did not reach it.
    Outside(String),
}

impl Anchor {
    pub(super) fn of(signed: &SignedCheckpoint, origin: Origin) -> Self {
        let at = signed.checkpoint();
        Self { number: at.number, time: at.time, trees: at.shards.clone(), origin }
    }
}

impl Origin {
    pub(super) fn is_outside(&self) -> bool {
        matches!(self, Self::Outside(_))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => formatter.write_str("the store"),
            Self::Outside(from) => formatter.write_str(from),
        }
    }
}

/// What one checkpoint says of one shard.
#[derive(Debug, Clone)]
pub(super) struct Mooring {
    pub(super) number: u64,
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) origin: Origin,
}

/// What all of them say of a shard, the smallest tree first. Of those that say the same of it, the first stays, and one from outside.
pub(super) fn moorings(anchors: &[Anchor], shard: u16) -> Vec<Mooring> {
    let of = |anchor: &Anchor| {
        let tree = anchor.trees.get(usize::from(shard))?;
        Some(Mooring {
            number: anchor.number,
            size: tree.size,
            root: tree.root,
            origin: anchor.origin.clone(),
        })
    };
    let mut moorings: Vec<Mooring> = anchors.iter().filter_map(of).collect();
    moorings.sort_by_key(|mooring| (mooring.size, mooring.root, mooring.origin.is_outside(), mooring.number));
    moorings.dedup_by(|later, first| {
        (later.size, later.root, later.origin.is_outside())
            == (first.size, first.root, first.origin.is_outside())
    });
    moorings
}
