use chrono::{DateTime, Utc};

use crate::fence::Fence;

/// How publishing stands, shard by shard.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Every shard, in order.
    pub shards: Vec<ShardStanding>,
    /// What is wrong with the topics as a whole, where nothing can be published at all.
    pub topics: Option<Trouble>,
}

/// How publishing a shard stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ShardStanding {
    /// The shard.
    pub shard: u16,
    /// What is being done.
    pub phase: Phase,
    /// The last position on the topic, as far as this process knows it; it does while the turn is its own.
    pub published: Option<u64>,
    /// The newest position in the store.
    pub head: u64,
    /// When the first event that is not published was stored, as far as it is known.
    pub waiting_since: Option<DateTime<Utc>>,
    /// For how long the first event that is not published has waited, in seconds; 0: none waits.
    pub lag_seconds: f64,
    /// Transactions that this process has committed.
    pub transactions: u64,
    /// How often publishing was broken off.
    pub failures: u64,
    /// Why it was broken off last.
    pub last_failure: Option<Trouble>,
}

/// What is being done about a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Another relay has the turn, or nobody has taken it yet.
    Waiting,
    /// The turn is ours; the topic's end is being looked for.
    Opening,
    /// Everything that comes is published.
    Publishing,
    /// It does not work, and is tried again.
    Failing,
    /// The topic and the store do not tell the same story: nothing is published.
    Stopped(Fence),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The stable code.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

impl ShardStanding {
    pub(crate) fn new(shard: u16) -> Self {
        Self {
            shard,
            phase: Phase::Waiting,
            published: None,
            head: 0,
            waiting_since: None,
            lag_seconds: 0.0,
            transactions: 0,
            failures: 0,
            last_failure: None,
        }
    }

    /// How many events are not on the topic yet, as far as this process knows.
    #[must_use]
    pub fn lag_events(&self) -> Option<u64> {
        self.published.map(|published| self.head.saturating_sub(published))
    }

    /// The fence at which it stopped.
    #[must_use]
    pub fn fence(&self) -> Option<&Fence> {
        match &self.phase {
            Phase::Stopped(fence) => Some(fence),
            Phase::Waiting | Phase::Opening | Phase::Publishing | Phase::Failing => None,
        }
    }
}

impl Standing {
    /// Whether a shard has stopped at a fence, so that somebody must decide.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.shards.iter().any(|shard| shard.fence().is_some())
    }
}

impl Phase {
    /// One word for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opening => "opening",
            Self::Publishing => "publishing",
            Self::Failing => "failing",
            Self::Stopped(_) => "stopped",
        }
    }
}
