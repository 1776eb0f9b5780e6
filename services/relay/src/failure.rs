use baohan_domain::upcast::UnreadableEvent;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::fence::Fence;

/// Why publishing a shard was broken off. But for a fence it is tried again by itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Fence(#[from] Fence),
    #[error("the turn was lost")]
    TurnLost,
    #[error("another relay publishes this shard")]
    Ousted(#[source] KafkaError),
    #[error(transparent)]
    Topics(#[from] baohan_topics::Error),
    #[error("Kafka did not {doing}")]
    Kafka {
        doing: &'static str,
        #[source]
        source: KafkaError,
    },
    #[error("the store could not be read")]
    Store(#[from] baohan_log::Error),
    #[error("the record at position {position} cannot be read")]
    Unreadable {
        position: u64,
        #[source]
        source: UnreadableEvent,
    },
    #[error("the store gave position {found} where {expected} follows")]
    Gap { expected: u64, found: u64 },
    #[error("the guarantee of position {position} lacks earlier events in the store")]
    Incomplete { position: u64 },
    #[error("the system gave no thread")]
    NoThread(#[source] std::io::Error),
    #[error("the work was given up, since the process ends")]
    Ending,
}

impl Failure {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Fence(fence) => fence.code(),
            Self::TurnLost => "turn-lost",
            Self::Ousted(_) => "relay-ousted",
            Self::Topics(error) => error.code(),
            Self::Kafka { .. } | Self::NoThread(_) | Self::Ending => "kafka-unavailable",
            Self::Store(_) => "store-unavailable",
            Self::Unreadable { .. } => "record-unreadable",
            Self::Gap { .. } | Self::Incomplete { .. } => "store-gap",
        }
    }

    /// What the client said while it did that.
    pub(crate) fn kafka(doing: &'static str, source: KafkaError) -> Self {
        if is_ousted(&source) { Self::Ousted(source) } else { Self::Kafka { doing, source } }
    }

    /// The whole chain, once.
    pub(crate) fn told(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }
}

/// Whether a later producer has come under our transactional id.
fn is_ousted(error: &KafkaError) -> bool {
    let code = match error {
        KafkaError::Transaction(error) => Some(error.code()),
        other => other.rdkafka_error_code(),
    };
    matches!(
        code,
        Some(
            RDKafkaErrorCode::Fenced
                | RDKafkaErrorCode::ProducerFenced
                | RDKafkaErrorCode::InvalidProducerEpoch
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_producer_under_our_id_is_told_apart_from_trouble() {
        let ousted =
            Failure::kafka("commit", KafkaError::MessageProduction(RDKafkaErrorCode::ProducerFenced));
        assert_eq!(ousted.code(), "relay-ousted");
        let trouble = Failure::kafka("commit", KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut));
        assert_eq!(trouble.code(), "kafka-unavailable");
    }

    #[test]
    fn the_chain_is_told_once() {
        let source = KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge);
        let told = Failure::kafka("take a record", source).told();
        assert!(told.starts_with("Kafka did not take a record: Message production error"), "{told}");
        assert!(told.contains("MessageSizeTooLarge"), "{told}");
    }
}
