//! The evidence of a guarantee as people read it: its life, and the proof in short.

mod display;
mod specimen;

use chrono::{DateTime, Utc};

use crate::particulars::Disclosed;

pub(crate) use display::{Display, ident, mark};
pub use specimen::evidence_specimen;

/// All that an evidence page says, as plain values in Chinese: this crate knows neither events nor trees.
///
/// It is a summary of an evidence file, for people. None of the values may be a natural person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidencePage {
    /// The guarantor's name.
    pub institution: String,
    /// The ledger's identity.
    pub ledger: String,
    /// The guarantee's id.
    pub guarantee: String,
    /// Up to when it tells: the checkpoint's time, as the evidence file says.
    pub made_at: DateTime<Utc>,
    /// What the guarantee is about: numbers, firms, amounts, how it stands.
    pub particulars: Vec<Particular>,
    /// What happened, in order.
    pub happenings: Vec<Happening>,
    /// The guarantee's files.
    pub documents: Vec<EvidencedFile>,
    /// Why it can be believed.
    pub proof: ProofInShort,
}

/// A line of the table at the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particular {
    /// What it is, `担保金额`.
    pub name: String,
    /// Its value, or the ciphertext that stands for it until the opening.
    pub value: Disclosed,
}

/// One event of the life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Its number within the guarantee.
    pub sequence: u64,
    /// When it was stored.
    pub at: DateTime<Utc>,
    /// What happened, `出函`.
    pub name: String,
    /// What is to be told of it: amounts, numbers, reasons.
    pub details: Vec<String>,
    /// Who did it.
    pub actor: String,
    /// Its place in the shard.
    pub position: u64,
}

/// A file of the guarantee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidencedFile {
    /// What it is, `密文保函`.
    pub name: String,
    /// SM3 of its bytes, lower-case hex.
    pub sm3: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// The proof in short: what is compared by eye; the file has the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofInShort {
    /// The checkpoint's number.
    pub number: u64,
    /// When the checkpoint was made.
    pub at: DateTime<Utc>,
    /// SM3 of the checkpoint's text, lower-case hex.
    pub digest: String,
    /// The shard in which the guarantee lies.
    pub shard: u16,
    /// How many records of the shard the checkpoint covers.
    pub size: u64,
    /// The root of the shard's tree, lower-case hex.
    pub root: String,
    /// The id of the key that signed the checkpoint.
    pub key: String,
    /// The ids of the keys before it, the first one first: each introduced the next.
    pub earlier_keys: Vec<String>,
    /// Who co-signed.
    pub witnesses: Vec<Witnessed>,
    /// How many co-signatures the institution asks for before a checkpoint counts; 0: none.
    pub at_least: usize,
    /// Whether it has them.
    pub counts: bool,
}

/// A co-signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// The witness's name.
    pub name: String,
    /// The id of its key.
    pub key: String,
    /// When it co-signed, by its own clock.
    pub at: DateTime<Utc>,
}
