use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::policy::Policy;
use crate::public_key::PublicKey;

use super::document::Document;

/// What a verifier brings along, from elsewhere than the file.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The ledger's first key.
    pub ledger: Option<PublicKey>,
    /// Witnesses, and how many of them must have co-signed.
    pub witnesses: Option<Policy>,
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trusted {
    /// The ledger's key was brought along, and witnesses of whom enough have co-signed.
    LedgerAndWitnesses,
    /// The ledger's key was brought along.
    Ledger,
    /// Witnesses were brought along, of whom enough have co-signed; the ledger's key is the file's own word.
    Witnesses,
    /// Nothing was brought along: all keys are the file's own word, so that the file only fits itself.
    Nothing,
}

/// What a file proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The ledger.
    pub ledger: Uuid,
    /// The guarantee.
    pub guarantee: Uuid,
    /// What the verdict rests on.
    pub trusted: Trusted,
    /// The guarantee's shard.
    pub shard: u16,
    /// How many records it has.
    pub records: u64,
    /// When the first one was stored.
    pub first_recorded_at: DateTime<Utc>,
    /// When the last one was stored.
    pub last_recorded_at: DateTime<Utc>,
    /// The number of the checkpoint that proves it.
    pub checkpoint: u64,
    /// When the checkpoint was made.
    pub checkpoint_time: DateTime<Utc>,
    /// The digest of the checkpoint's text, in hex.
    pub checkpoint_digest: String,
    /// The id of the first key of the ledger.
    pub first_key: String,
    /// The id of the key that signs the checkpoint.
    pub signed_by: String,
    /// The witnesses who co-signed, by the keys in the file.
    pub cosigned_by: Vec<String>,
    /// Those of them whom the verifier trusts.
    pub trusted_witnesses: Vec<String>,
    /// The documents that belong to it.
    pub documents: Vec<Document>,
}
