use serde::{Deserialize, Serialize};

use crate::hash::{Hash, hash_from_hex};

/// Asks for a co-signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The signed checkpoint.
    pub note: String,
    /// All checkpoints that introduced a key up to this one, as signed notes, in order.
    #[serde(default)]
    pub introductions: Vec<String>,
    /// For each shard that has grown since the checkpoint that the witness remembers: the proof that it has only grown.
    #[serde(default)]
    pub proofs: Vec<ShardProof>,
}

/// A consistency proof of one shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardProof {
    /// The shard.
    pub shard: u16,
    /// The size that the proof begins at.
    pub old_size: u64,
    /// The hashes, in hex.
    pub path: Vec<String>,
}

impl ShardProof {
    /// A proof out of its hashes.
    #[must_use]
    pub fn new(shard: u16, old_size: u64, path: &[Hash]) -> Self {
        Self { shard, old_size, path: path.iter().map(hex::encode).collect() }
    }

    /// The hashes; `None`: one of them is none.
    #[must_use]
    pub fn hashes(&self) -> Option<Vec<Hash>> {
        self.path.iter().map(|digits| hash_from_hex(digits)).collect()
    }
}

/// The witness has co-signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The signature line.
    pub cosignature: String,
}

/// The witness has not co-signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The same for people.
    pub detail: String,
    /// The note that the witness remembers, with its own co-signature: proofs begin there, and where the histories contradict each other, it
    /// is the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<String>,
}

/// Why a witness does not co-sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The request cannot be read.
    Malformed,
    /// The witness does not know the ledger.
    UnknownLedger,
    /// The signature is not the ledger's.
    NotSigned,
    /// The witness remembers another checkpoint than the proofs begin at: ask again with proofs from there.
    Stale,
    /// What is asked contradicts what the witness remembers.
    Inconsistent,
    /// The witness cannot keep what it would sign.
    Unavailable,
}
