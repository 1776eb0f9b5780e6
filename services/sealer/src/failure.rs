use std::path::PathBuf;

use baohan_seal::witnessing::Reason;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use uuid::Uuid;

/// Why checkpoints were not taken to one of the places outside of the house. It is tried again by itself; where two stories differ nothing is
/// taken there until they do not differ any more.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store.
    #[error("the store could not be read")]
    Store(#[from] baohan_log::Error),
    /// The seal's tables.
    #[error("the seal could not be read")]
    Seal(#[from] baohan_projections::Error),
    /// The seal is being built anew, and is not as far as the checkpoint yet.
    #[error("the seal does not reach checkpoint {0} yet")]
    Behind(u64),
    /// A checkpoint in the store.
    #[error("checkpoint {number}, which the store keeps, cannot be read: {fault}")]
    Unreadable {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        fault: String,
    },
    /// The topic is away, or is not as it must be.
    #[error(transparent)]
    Topic(#[from] baohan_topics::Error),
    /// Kafka did not do it.
    #[error("Kafka did not {doing}")]
    Kafka {
        /// What was asked.
        doing: &'static str,
        /// What the client said.
        #[source]
        source: KafkaError,
    },
    /// Another sealer has begun to publish.
    #[error("another sealer publishes the checkpoints")]
    Ousted(#[source] KafkaError),
    /// The last record of the topic is another than the store's.
    #[error("checkpoint {number} on the topic is another than the one in the store")]
    TopicDiffers {
        /// Its number.
        number: u64,
    },
    /// The topic is another ledger's.
    #[error("the topic holds checkpoints of the ledger {0}")]
    TopicOfAnother(String),
    /// The topic holds checkpoints that the store does not have.
    #[error("the topic holds checkpoint {number}, and the store has none after {newest}")]
    TopicAhead {
        /// The topic's newest.
        number: u64,
        /// The store's newest.
        newest: u64,
    },
    /// All records have been removed.
    #[error("the topic has been emptied: its records before offset {0} are gone")]
    TopicEmptied(i64),
    /// The folder.
    #[error("cannot {doing} {}", file.display())]
    Folder {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        file: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The folder holds another checkpoint than the store.
    #[error("{} is not checkpoint {number} of the store", file.display())]
    FolderDiffers {
        /// The file.
        file: PathBuf,
        /// The number that it has.
        number: u64,
    },
    /// A witness did not answer.
    #[error("the witness did not answer: {0}")]
    WitnessAway(String),
    /// A witness refuses, for another reason than what it remembers.
    #[error("the witness refuses: {detail}")]
    WitnessRefuses {
        /// Its reason.
        reason: Reason,
        /// What it says.
        detail: String,
    },
    /// A witness remembers another history. What it remembers is the evidence.
    #[error("the witness remembers another history: {detail}")]
    Inconsistent {
        /// What it says, or what we find.
        detail: String,
        /// The note that it remembers.
        remembered: Option<String>,
    },
    /// What a witness gives is no co-signature of this checkpoint with the key that is known.
    #[error("checkpoint {number}: what the witness gives is not its co-signature: {fault}")]
    WrongCosignature {
        /// The checkpoint.
        number: u64,
        /// What is wrong with it.
        fault: String,
    },
    /// A witness does not remember what it has signed.
    #[error(
        "the witness has co-signed checkpoint {0} and does not remember it: its memory was lost or set back"
    )]
    Forgot(u64),
    /// The ledger of a remembered note.
    #[error("the witness showed a note of the ledger {0}")]
    OtherLedger(Uuid),
    /// The process is ending.
    #[error("the work was given up, since the process ends")]
    Ending,
}

impl Failure {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) | Self::Ending => "store-unavailable",
            Self::Seal(_) | Self::Behind(_) => "seal-unreadable",
            Self::Unreadable { .. } => "checkpoint-unreadable",
            Self::Topic(error) => error.code(),
            Self::Kafka { .. } => "kafka-unavailable",
            Self::Ousted(_) => "sealer-ousted",
            Self::TopicDiffers { .. } | Self::TopicOfAnother(_) => "topic-differs",
            Self::TopicAhead { .. } => "topic-ahead-of-store",
            Self::TopicEmptied(_) => "topic-emptied",
            Self::Folder { .. } => "checkpoint-folder-unavailable",
            Self::FolderDiffers { .. } => "checkpoint-folder-differs",
            Self::WitnessAway(_) => "witness-unavailable",
            Self::WitnessRefuses { .. } => "witness-refuses",
            Self::Inconsistent { .. } | Self::OtherLedger(_) => "witness-inconsistent",
            Self::WrongCosignature { .. } => "witness-cosignature-wrong",
            Self::Forgot(_) => "witness-forgot",
        }
    }

    /// Whether two stories differ, so that somebody must look.
    #[must_use]
    pub fn wants_somebody(&self) -> bool {
        match self {
            Self::TopicDiffers { .. }
            | Self::TopicOfAnother(_)
            | Self::TopicAhead { .. }
            | Self::TopicEmptied(_)
            | Self::FolderDiffers { .. }
            | Self::Unreadable { .. }
            | Self::Inconsistent { .. }
            | Self::OtherLedger(_)
            | Self::Forgot(_)
            | Self::WrongCosignature { .. } => true,
            Self::Topic(error) => !error.is_passing(),
            Self::WitnessRefuses { reason, .. } => *reason != Reason::Unavailable,
            Self::Store(_)
            | Self::Seal(_)
            | Self::Behind(_)
            | Self::Kafka { .. }
            | Self::Ousted(_)
            | Self::Folder { .. }
            | Self::WitnessAway(_)
            | Self::Ending => false,
        }
    }

    /// What the Kafka client said while it did that.
    pub(crate) fn kafka(doing: &'static str, source: KafkaError) -> Self {
        let code = match &source {
            KafkaError::Transaction(error) => Some(error.code()),
            other => other.rdkafka_error_code(),
        };
        match code {
            Some(
                RDKafkaErrorCode::Fenced
                | RDKafkaErrorCode::ProducerFenced
                | RDKafkaErrorCode::InvalidProducerEpoch,
            ) => Self::Ousted(source),
            _ => Self::Kafka { doing, source },
        }
    }
}

/// An error and what is behind it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_told_from_what_somebody_must_look_at() {
        let away = Failure::WitnessAway("connection refused".to_owned());
        assert!(!away.wants_somebody());
        let refuses = |reason| Failure::WitnessRefuses { reason, detail: String::new() };
        assert!(
            refuses(Reason::UnknownLedger).wants_somebody() && !refuses(Reason::Unavailable).wants_somebody()
        );
        let other = Failure::Inconsistent { detail: String::new(), remembered: None };
        assert_eq!((other.code(), other.wants_somebody()), ("witness-inconsistent", true));
    }

    #[test]
    fn a_later_producer_is_told_apart_from_trouble() {
        let ousted =
            Failure::kafka("commit", KafkaError::MessageProduction(RDKafkaErrorCode::ProducerFenced));
        assert_eq!(ousted.code(), "sealer-ousted");
        let trouble = Failure::kafka("commit", KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut));
        assert_eq!(trouble.code(), "kafka-unavailable");
        assert!(chain(&trouble).starts_with("Kafka did not commit: "), "{}", chain(&trouble));
    }
}
