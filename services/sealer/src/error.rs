use baohan_seal::{NoteFault, ProofFault};
use uuid::Uuid;

/// Why no checkpoint was made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error("the store is not available")]
    Log(#[from] baohan_log::Error),
    /// The seal's tables.
    #[error("the seal cannot be read")]
    Projections(#[from] baohan_projections::Error),
    /// The newest checkpoint was signed with another key, and no checkpoint introduces the one that is here.
    #[error("checkpoint {number} is followed by one of another key than those that are here ({here})")]
    OtherKey {
        /// The newest checkpoint.
        number: u64,
        /// The ids of the keys that are here.
        here: String,
    },
    /// A checkpoint that is kept is not what was kept.
    #[error("checkpoint {number}, which the store keeps, cannot be read: {fault}")]
    Unreadable {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        fault: String,
    },
    /// A checkpoint that is kept is another ledger's.
    #[error("checkpoint {number}, which the store keeps, is of the ledger {ledger}")]
    OtherLedger {
        /// Its number.
        number: u64,
        /// Whose it is.
        ledger: Uuid,
    },
    /// What was sealed is not there any more.
    #[error(
        "shard {shard} had {sealed} records when checkpoint {number} was made, and the store has {found}"
    )]
    Truncated {
        /// The checkpoint.
        number: u64,
        /// The shard.
        shard: u16,
        /// Its size then.
        sealed: u64,
        /// Its size now.
        found: u64,
    },
    /// What was sealed is not what it was.
    #[error("shard {shard} does not begin with the {sealed} records that checkpoint {number} sealed")]
    Rewritten {
        /// The checkpoint.
        number: u64,
        /// The shard.
        shard: u16,
        /// Its size then.
        sealed: u64,
        /// What the proof lacks.
        #[source]
        source: ProofFault,
    },
    /// Nothing was signed.
    #[error("the checkpoint could not be signed")]
    Sign(#[from] NoteFault),
    /// The process is ending.
    #[error("the work was given up, since the process ends")]
    Ending,
    /// Others were faster each time.
    #[error("others made checkpoints faster")]
    Overtaken,
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Log(_) | Self::Ending => "store-unavailable",
            Self::Projections(_) => "seal-unreadable",
            Self::OtherKey { .. } => "seal-key-differs",
            Self::Unreadable { .. } | Self::OtherLedger { .. } => "checkpoint-unreadable",
            Self::Truncated { .. } | Self::Rewritten { .. } => "seal-inconsistent",
            Self::Sign(_) => "seal-not-signed",
            Self::Overtaken => "contended",
        }
    }

    /// Whether somebody must decide before anything can be sealed.
    #[must_use]
    pub fn wants_somebody(&self) -> bool {
        match self {
            Self::Log(_) | Self::Projections(_) | Self::Sign(_) | Self::Ending | Self::Overtaken => false,
            Self::OtherKey { .. }
            | Self::Unreadable { .. }
            | Self::OtherLedger { .. }
            | Self::Truncated { .. }
            | Self::Rewritten { .. } => true,
        }
    }
}
