use rdkafka::error::KafkaError;

use crate::finding::Finding;

/// Why Kafka did not do it, or what is wrong with what it holds.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Not now: the brokers are out of reach, refuse us, or do not answer in time. The same can be tried again.
    #[error("Kafka did not {doing}")]
    Unavailable {
        /// What was asked of it.
        doing: &'static str,
        /// What the client said.
        #[source]
        source: KafkaError,
    },
    /// A setting that cannot be used.
    #[error("{key} cannot be used: {fault}")]
    Setting {
        /// The key under `[kafka]`.
        key: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Topics that are there, and are not what the contract needs.
    #[error("the topics are not as they must be: {}", listed(.0))]
    Topics(Vec<Finding>),
    /// A position that should come next is not on the topic.
    #[error("{topic}, shard {shard}: position {expected} should follow and {found} does")]
    Gap {
        /// The topic.
        topic: String,
        /// The shard and partition.
        shard: u16,
        /// The position that is missing.
        expected: u64,
        /// The position that came.
        found: u64,
    },
    /// A record that is none of ours, or bent.
    #[error("{topic}, shard {shard}: the record at offset {offset} cannot be read: {fault}")]
    Record {
        /// The topic.
        topic: String,
        /// The shard and partition.
        shard: u16,
        /// The record's offset.
        offset: i64,
        /// What is wrong with it.
        fault: String,
    },
    /// Somebody else's transaction is open on the partition, so its end cannot be seen.
    #[error("{topic}, shard {shard}: a transaction is open between the offsets {stable} and {end}")]
    OpenTransaction {
        /// The topic.
        topic: String,
        /// The shard and partition.
        shard: u16,
        /// Up to here the partition can be read.
        stable: i64,
        /// Up to here it is written.
        end: i64,
    },
    /// The process is ending.
    #[error("the work was given up, since the process ends")]
    Ending,
}

fn listed(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } | Self::Ending => "kafka-unavailable",
            Self::Setting { .. } => "kafka-setting",
            Self::Topics(_) => "topic-misconfigured",
            Self::Gap { .. } => "topic-gap",
            Self::Record { .. } => "topic-record-unreadable",
            Self::OpenTransaction { .. } => "topic-transaction-open",
        }
    }

    /// Whether waiting may mend it.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::OpenTransaction { .. })
    }

    pub(crate) fn unavailable(doing: &'static str) -> impl FnOnce(KafkaError) -> Self {
        move |source| Self::Unavailable { doing, source }
    }
}
