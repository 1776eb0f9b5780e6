use baohan_topics::Published;

/// Why a shard is not published any more: the topic and the store do not tell the same story. Nothing goes on that topic until
/// somebody has decided which of the two is right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fence {
    /// The topic holds another record at a position than the store.
    #[error(
        "shard {shard}: topic and store differ at position {position}: leaf hash {topic} on the topic, {store} in the store"
    )]
    Differs {
        /// The shard.
        shard: u16,
        /// The position of the last record on the topic.
        position: u64,
        /// The topic's leaf hash, hex.
        topic: String,
        /// The store's leaf hash, hex.
        store: String,
    },
    /// The topic holds records that the store does not have.
    #[error(
        "shard {shard}: the topic is ahead of the store: position {position} (leaf hash {topic}) on the topic, {head} (leaf hash {store}) in the store"
    )]
    Ahead {
        /// The shard.
        shard: u16,
        /// The position of the last record on the topic.
        position: u64,
        /// The topic's leaf hash, hex.
        topic: String,
        /// The store's newest position; 0: it is empty.
        head: u64,
        /// The leaf hash of the store's newest record, hex; `none` where it is empty.
        store: String,
    },
    /// All records have been removed from the partition, so nobody knows what it held.
    #[error(
        "shard {shard}: the partition has been emptied: its records before offset {first_offset} are gone"
    )]
    Emptied {
        /// The shard.
        shard: u16,
        /// The first offset that is still there.
        first_offset: i64,
    },
}

impl Fence {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Differs { .. } => "topic-differs",
            Self::Ahead { .. } => "topic-ahead-of-store",
            Self::Emptied { .. } => "topic-emptied",
        }
    }

    /// The position in question; 0 where nobody knows it.
    #[must_use]
    pub fn position(&self) -> u64 {
        match self {
            Self::Differs { position, .. } | Self::Ahead { position, .. } => *position,
            Self::Emptied { .. } => 0,
        }
    }
}

/// Up to where a shard has been published, and what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub position: u64,
    pub leaf_hash: [u8; 32],
}

impl Mark {
    pub(crate) fn of(published: &Published) -> Self {
        Self { position: published.event.position, leaf_hash: published.leaf_hash }
    }
}
