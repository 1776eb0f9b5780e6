use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::log::{Log, StoreKind};
use crate::store::each;

/// The newest record of a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardHead {
    /// The shard, from 0.
    pub shard: u16,
    /// Its newest position; 0: it is empty.
    pub position: u64,
    /// The Merkle leaf of the record at that position, hexadecimal; absent: the shard is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf_hash: Option<String>,
}

/// How a store stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What keeps it.
    pub kind: StoreKind,
    /// The ledger's id, which stands in its checkpoints; absent: it had none yet.
    pub ledger: Option<Uuid>,
    /// Its incarnation.
    pub incarnation: Uuid,
    /// Each shard's head, in order.
    pub heads: Vec<ShardHead>,
}

/// From where a store's records came: the heads of the store that they were moved from, and what they were carried in. It is kept before
/// the first of them can be read, and is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// How the old store stood.
    pub standing: Standing,
    /// SM3 of what they were carried in, hexadecimal.
    pub content_sm3: String,
    /// When they left the old store.
    pub exported_at: DateTime<Utc>,
    /// When they came into the new one.
    pub imported_at: DateTime<Utc>,
}

impl StoreKind {
    /// Its name in files and rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Sqlite, Self::Postgres].into_iter().find(|kind| kind.name() == name)
    }
}

impl Log {
    /// The stores from which this one's records came, the oldest first; none: they were all written here.
    pub async fn origins(&self) -> Result<Vec<Origin>, Error> {
        each!(self.store(), store => store.origins().await)
    }
}

/// An origin as its row has it: `kind`, `incarnation`, `heads`, `content_sm3`, `exported_at`, `imported_at`, `ledger`.
pub(crate) struct OriginRow {
    pub(crate) kind: String,
    pub(crate) incarnation: Uuid,
    pub(crate) heads: String,
    pub(crate) content_sm3: String,
    pub(crate) exported_at: DateTime<Utc>,
    pub(crate) imported_at: DateTime<Utc>,
    pub(crate) ledger: Option<Uuid>,
}

impl OriginRow {
    pub(crate) fn of(origin: &Origin) -> Result<Self, Error> {
        let heads = serde_json::to_string(&origin.standing.heads);
        Ok(Self {
            kind: origin.standing.kind.name().to_owned(),
            incarnation: origin.standing.incarnation,
            heads: heads.map_err(|error| Error::Damaged(error.to_string()))?,
            content_sm3: origin.content_sm3.clone(),
            exported_at: origin.exported_at,
            imported_at: origin.imported_at,
            ledger: origin.standing.ledger,
        })
    }

    pub(crate) fn read(self) -> Result<Origin, Error> {
        let heads = serde_json::from_str(&self.heads);
        let kind = StoreKind::named(&self.kind);
        Ok(Origin {
            standing: Standing {
                kind: kind.ok_or_else(|| Error::Damaged(format!("a kind of store, {}", self.kind)))?,
                ledger: self.ledger,
                incarnation: self.incarnation,
                heads: heads
                    .map_err(|error| Error::Damaged(format!("the heads of an old store: {error}")))?,
            },
            content_sm3: self.content_sm3,
            exported_at: self.exported_at,
            imported_at: self.imported_at,
        })
    }
}
