#![doc = include_str!("../README.md")]

mod checkpoint;
mod cosignature;
pub mod evidence;
mod frontier;
mod hash;
mod key_chain;
mod mark;
mod note;
mod policy;
mod proof;
mod public_key;
mod shard_root;
mod signed_checkpoint;
mod signer;
mod signing_key;
mod subtree;
#[cfg(feature = "pkcs11")]
mod token;
pub mod witnessing;

pub use checkpoint::Checkpoint;
pub use cosignature::Cosignature;
pub use frontier::Frontier;
pub use hash::{Hash, digest, empty_root, hash_from_hex, node_hash};
pub use key_chain::{ChainFault, INTRODUCTIONS_MAX, KeyChain};
pub use mark::{FIELDS, marks, marks_of};
pub use note::{NAME_BYTES_MAX, NOTE_BYTES_MAX, NoteFault};
pub use policy::{Policy, PolicyFault, WitnessKey};
pub use proof::{ProofFault, consistency_ranges, inclusion_ranges, verify_consistency, verify_inclusion};
pub use public_key::{DISTINGUISHING_ID, NoPublicKey, PublicKey, SignatureBytes};
pub use shard_root::ShardRoot;
pub use signed_checkpoint::{COSIGNATURES_MAX, SignedCheckpoint};
pub use signer::{SignFault, Signer};
pub use signing_key::{KEY_BYTES, NoSigningKey, SigningKey};
pub use subtree::{Subtree, join, perfect_subtrees};
#[cfg(feature = "pkcs11")]
pub use token::{SignedInput, TokenFault, TokenKey, TokenSettings, TokenWay};
