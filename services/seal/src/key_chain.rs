use uuid::Uuid;

use crate::note::NoteFault;
use crate::public_key::PublicKey;
use crate::signed_checkpoint::SignedCheckpoint;

/// Most keys that are introduced after the first: one a day for more than two years. Each costs whoever verifies a signature.
pub const INTRODUCTIONS_MAX: usize = 1_000;

/// The ledger's keys in their order: the first, and each that a checkpoint introduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChain {
    ledger: Uuid,
    first: PublicKey,
    /// Number of the introducing checkpoint, and the key that signs those after it.
    introduced: Vec<(u64, PublicKey)>,
}

/// Why a checkpoint does not belong to the chain.
#[derive(Debug, thiserror::Error)]
pub enum ChainFault {
    /// It is another ledger's.
    #[error("the checkpoint is of the ledger {found}, not of {expected}")]
    OtherLedger {
        /// Whose it is.
        found: Uuid,
        /// Whose it should be.
        expected: Uuid,
    },
    /// Introductions come in the order of their numbers.
    #[error("checkpoint {number} comes after {after}, which has introduced a key")]
    Order {
        /// The number.
        number: u64,
        /// The last introduction's number.
        after: u64,
    },
    /// There are more introductions than any ledger has.
    #[error("more than {INTRODUCTIONS_MAX} keys are introduced")]
    TooMany,
    /// It introduces no key.
    #[error("checkpoint {0} introduces no key")]
    NoIntroduction(u64),
    /// The key that must have signed it has not.
    #[error("checkpoint {number} is not signed by the key that signs at that number")]
    NotSigned {
        /// The number.
        number: u64,
        /// The signature that is wrong.
        #[source]
        source: NoteFault,
    },
}

impl KeyChain {
    /// A ledger's chain that begins with this key.
    #[must_use]
    pub fn new(ledger: Uuid, first: PublicKey) -> Self {
        Self { ledger, first, introduced: Vec::new() }
    }

    /// Verifies a checkpoint that follows the last introduction, and takes over the key where it introduces one.
    pub fn append(&mut self, signed: &SignedCheckpoint) -> Result<(), ChainFault> {
        let number = signed.checkpoint().number;
        if let Some((after, _)) = self.introduced.last().filter(|(after, _)| number <= *after) {
            return Err(ChainFault::Order { number, after: *after });
        }
        if signed.checkpoint().introduces.is_some() && self.introduced.len() >= INTRODUCTIONS_MAX {
            return Err(ChainFault::TooMany);
        }
        self.verify(signed)?;
        if let Some(key) = &signed.checkpoint().introduces {
            self.introduced.push((number, key.clone()));
        }
        Ok(())
    }

    /// The same for a checkpoint that must introduce a key.
    pub fn introduce(&mut self, signed: &SignedCheckpoint) -> Result<(), ChainFault> {
        if signed.checkpoint().introduces.is_none() {
            return Err(ChainFault::NoIntroduction(signed.checkpoint().number));
        }
        self.append(signed)
    }

    /// Whether a checkpoint is of this ledger and signed by the key that signs at its number.
    pub fn verify(&self, signed: &SignedCheckpoint) -> Result<(), ChainFault> {
        let (found, number) = (signed.checkpoint().ledger, signed.checkpoint().number);
        if found != self.ledger {
            return Err(ChainFault::OtherLedger { found, expected: self.ledger });
        }
        signed.verify(self.key_of(number)).map_err(|source| ChainFault::NotSigned { number, source })
    }

    /// The key that signs checkpoint `number`.
    #[must_use]
    pub fn key_of(&self, number: u64) -> &PublicKey {
        let introduced = self.introduced.iter().rev().find(|(after, _)| *after < number);
        introduced.map_or(&self.first, |(_, key)| key)
    }

    /// The key that signs now.
    #[must_use]
    pub fn newest(&self) -> &PublicKey {
        self.key_of(u64::MAX)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        std::iter::once(&self.first).chain(self.introduced.iter().map(|(_, key)| key))
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> Uuid {
        self.ledger
    }
}
