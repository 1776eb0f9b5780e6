use std::path::PathBuf;

use baohan_seal::{Policy, PublicKey, WitnessKey};
use baohan_topics::Settings;

/// Where checkpoints go, outside of the house. All of it may be absent.
#[derive(Debug, Clone, Default)]
pub struct Outlets {
    /// The Kafka whose topic of checkpoints is written.
    pub topic: Option<Settings>,
    /// The folder made for write-once storage.
    pub folder: Option<PathBuf>,
    /// The witnesses that are asked.
    pub witnesses: Vec<WitnessAt>,
    /// How many of them must have co-signed before a checkpoint counts.
    pub at_least: usize,
}

/// A witness, and where it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessAt {
    /// Its name in signature lines.
    pub name: String,
    /// The base of its address, without a slash at its end.
    pub url: String,
    /// Its public key.
    pub public_key: PublicKey,
}

impl Outlets {
    /// When a checkpoint counts.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let key = |witness: &WitnessAt| WitnessKey {
            name: witness.name.clone(),
            public_key: witness.public_key.clone(),
        };
        Policy { at_least: self.at_least, of: self.witnesses.iter().map(key).collect() }
    }
}
