use uuid::Uuid;

use crate::key_chain::ChainFault;
use crate::note::NoteFault;
use crate::policy::PolicyFault;
use crate::proof::ProofFault;

use super::file::{EVIDENCE_BYTES_MAX, FORMAT};

/// Why an evidence file proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceFault {
    /// It is longer than any evidence file.
    #[error("the file is longer than {EVIDENCE_BYTES_MAX} bytes")]
    TooLong,
    /// It is no evidence file.
    #[error("this is no evidence file")]
    Form(#[from] serde_json::Error),
    /// It is of another form.
    #[error("the file's format is {0:?}, not {FORMAT:?}")]
    Format(String),
    /// Its bytes are others than those that its content is written with.
    #[error(
        "the file is written in another way than evidence files are: compact, or indented by two blanks with a line end"
    )]
    Written,
    /// It holds no record.
    #[error("the file holds no record")]
    Empty,
    /// The checkpoint, or an introduction of a key, cannot be read.
    #[error("a checkpoint in the file cannot be read")]
    Note(#[from] NoteFault),
    /// The checkpoint is another ledger's.
    #[error("the file speaks of the ledger {file}, its checkpoint of {checkpoint}")]
    OtherLedger {
        /// The file's.
        file: Uuid,
        /// The checkpoint's.
        checkpoint: Uuid,
    },
    /// The file's time is not the checkpoint's.
    #[error("made_at is not the checkpoint's time")]
    MadeAt,
    /// A record does not stand in the ledger as the file has it.
    #[error("the record of sequence {sequence} does not stand in the ledger as the file has it")]
    Record {
        /// The sequence that it should have.
        sequence: u64,
        /// What is wrong with it.
        #[source]
        source: RecordFault,
    },
    /// The file's documents are others than those that the records name.
    #[error("the documents in the file are not those that the records name")]
    Documents,
    /// The file names no ledger key.
    #[error("the file names no key of the ledger")]
    NoKey,
    /// The keys do not lead to the checkpoint.
    #[error("the keys do not lead to the checkpoint")]
    Chain(#[from] ChainFault),
    /// The keys in the file are others than those that the introductions lead over.
    #[error("the keys in the file are not those that its checkpoints lead over")]
    Keys,
    /// The file's first key is not the one that is trusted.
    #[error("the file's first key is {file}, not the trusted {trusted}")]
    OtherKey {
        /// The id of the file's key.
        file: String,
        /// The id of the trusted key.
        trusted: String,
    },
    /// A co-signature is wrong, or the witnesses in the file are others than those who co-signed.
    #[error("the witness {0} has not co-signed with the key in the file, or one of the two is missing")]
    Witness(String),
    /// The trusted witnesses have not co-signed as the policy asks.
    #[error("the checkpoint does not count")]
    Policy(#[from] PolicyFault),
}

/// What is wrong with a record of an evidence file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// It is not of this guarantee.
    #[error("it is another guarantee's")]
    OtherGuarantee,
    /// Its aggregate is no guarantee.
    #[error("its aggregate is of another type")]
    OtherType,
    /// It does not go on from the one before: sequence by one, position ahead, the same shard.
    #[error("it does not follow on the one before it")]
    Order,
    /// Its time is none.
    #[error("its time is none")]
    Time,
    /// The ledger has no such shard.
    #[error("the checkpoint has no such shard")]
    Shard,
    /// A hash in its path is none.
    #[error("a hash of its path is none")]
    Path,
    /// The path does not lead to the checkpoint's root.
    #[error("its path does not prove it")]
    Proof(#[from] ProofFault),
}
