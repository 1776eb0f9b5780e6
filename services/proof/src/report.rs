use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::finding::Finding;

/// Most findings that a report names: who needs more has a backup to fetch.
pub const FINDINGS_MAX: usize = 1_000;

/// What a verification came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whose records.
    pub ledger: Uuid,
    /// Whether all that was compared fits.
    pub fits: bool,
    /// Whether the signatures were verified with a key that the verifier brought. Without it, the store was compared with itself.
    pub is_signed: bool,
    /// From which checkpoint on; absent: from the first record on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// Of which guarantee alone; absent: the whole store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<Uuid>,
    /// Each shard.
    pub shards: Vec<ShardReport>,
    /// The checkpoints.
    pub checkpoints: CheckpointReport,
    /// How much was compared.
    pub compared: Compared,
    /// What does not fit, the first record first.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub findings_left_out: u64,
    /// What else a reader of this should know: what was not compared, and why.
    pub remarks: Vec<String>,
}

/// A shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardReport {
    /// Which.
    pub shard: u16,
    /// How many records it holds.
    pub records: u64,
    /// Up to which position a signed checkpoint speaks of them.
    pub signed: u64,
    /// Up to which position checkpoints speak of them that came from outside of the store.
    pub seen_outside: u64,
    /// The root over all records that it holds, hexadecimal; absent where they do not make up a tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
}

/// The checkpoints.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointReport {
    /// How many the store keeps.
    pub kept: u64,
    /// How many came from outside: from files and witnesses.
    pub from_outside: u64,
    /// The newest one's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<u64>,
    /// The newest one's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_time: Option<DateTime<Utc>>,
    /// The newest one that as many witnesses have co-signed as the policy asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_that_counts: Option<u64>,
    /// The ids of the keys that signed them, in order.
    pub keys: Vec<String>,
    /// The witnesses whose co-signatures were verified.
    pub witnesses: Vec<String>,
}

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Records whose leaves were computed.
    pub records: u64,
    /// Of them, records that were compared with the seal's leaf.
    pub leaves: u64,
    /// Roots that were compared with checkpoints'.
    pub roots: u64,
    /// Signatures and co-signatures that were verified.
    pub signatures: u64,
    /// Entries of the journal whose digests were compared.
    pub calls: u64,
    /// Of them, messages that were opened and hashed.
    pub bodies: u64,
    /// Messages that were erased with their guarantee.
    pub erased_bodies: u64,
    /// Rows of projections.
    pub rows: u64,
    /// Documents that were read and hashed.
    pub documents: u64,
}

impl Report {
    /// The first record, or else the first thing, that does not fit.
    #[must_use]
    pub fn first(&self) -> Option<&Finding> {
        self.findings.first()
    }
}
