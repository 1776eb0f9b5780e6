use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Tells how publishing stands in this process.
pub type Publisher = Arc<dyn Fn() -> Publishing + Send + Sync>;

/// Tells how sealing stands in this process.
pub type SealTeller = Arc<dyn Fn() -> SealingHere + Send + Sync>;

/// What the binary knows of its process.
#[derive(Clone)]
pub struct Process {
    /// What it does.
    pub roles: Vec<&'static str>,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// The topic of events; absent: there is no Kafka.
    pub topic: Option<String>,
    /// Under which name it is kept in the store how far each shard is published.
    pub published_under: &'static str,
    /// How publishing stands, where it is done in this process.
    pub publisher: Option<Publisher>,
    /// How sealing stands, where it is done in this process.
    pub sealer: Option<SealTeller>,
    /// Under which name it is asked in the store for a checkpoint that covers so many events.
    pub demanded_under: &'static str,
}

/// How sealing stands in a process that seals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct SealingHere {
    /// `working`, `failing`, `stopped`; `waiting`: another process does it.
    pub phase: &'static str,
    /// The id of the key that signs here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// The newest checkpoint that counts by the policy.
    pub counted: Option<u64>,
    /// Why nothing is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// The places outside of the house.
    pub outlets: Vec<SealOutlet>,
}

/// How a place stands to which checkpoints are taken.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SealOutlet {
    /// `topic`, `folder`, or `witness/NAME`.
    pub name: String,
    /// As of sealing; `stopped`: two stories differ, and somebody must look.
    pub phase: &'static str,
    /// The newest checkpoint that is there, as far as this process knows.
    pub taken: Option<u64>,
    /// Why nothing more arrives there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// How publishing on Kafka stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Publishing {
    /// What keeps every shard from being published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Shard by shard.
    pub shards: Vec<ShardPublishing>,
}

/// How publishing a shard stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ShardPublishing {
    /// Which shard, and which partition of the topic.
    pub shard: u16,
    /// `publishing`, `opening`, `failing`, `stopped`; `elsewhere`: another process does it, or none.
    pub phase: &'static str,
    /// The last position on the topic, as far as it is known.
    pub published: Option<u64>,
    /// The last position in the store.
    pub head: u64,
    /// For how long the first event that is not published has waited, in seconds, where this process publishes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<f64>,
    /// Topic and store do not tell the same story, and nothing is published until somebody decides: where, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// Why publishing was broken off last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
}

impl ShardPublishing {
    /// A shard that this process does not publish.
    #[must_use]
    pub fn elsewhere(shard: u16, published: Option<u64>, head: u64) -> Self {
        Self {
            shard,
            phase: "elsewhere",
            published,
            head,
            lag_seconds: None,
            stopped: None,
            last_failure: None,
        }
    }
}
