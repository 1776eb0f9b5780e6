#![doc = include_str!("../README.md")]

mod frontier;
mod hash;
mod mark;
mod proof;
mod shard_root;
mod subtree;

pub use frontier::Frontier;
pub use hash::{Hash, digest, empty_root, hash_from_hex, node_hash};
pub use mark::{FIELDS, marks};
pub use proof::{ProofFault, consistency_ranges, inclusion_ranges, verify_consistency, verify_inclusion};
pub use shard_root::ShardRoot;
pub use subtree::{Subtree, join, perfect_subtrees};
