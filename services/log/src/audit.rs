use bytes::Bytes;
use uuid::Uuid;

use crate::error::Error;
use crate::event::StoredEvent;
use crate::kept::KeptCheckpoint;
use crate::key::KeyState;
use crate::log::Log;
use crate::store::each;

/// Most rows that one question of an audit gives, so that whoever asks holds some tens of megabytes and not the whole log.
pub const AUDIT_ROWS_MAX: usize = 20_000;

/// What stands in a checkpoint that introduces a key, and in no other.
pub(crate) const INTRODUCES: &str = "\nintroduces ";

/// A row of the events as it stands in its table, whatever it says: whoever audits a store must be able to read what nobody would have
/// written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditedRow {
    /// Every column holds what it may hold.
    Event(StoredEvent),
    /// A column holds what no event has.
    Bent(BentRow),
}

/// A row that is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BentRow {
    /// Where it stands; at 1 or behind, unless the position itself is bent.
    pub position: i64,
    /// The first column that is bent, by the name of the sealed record's field.
    pub field: &'static str,
    /// The event's id, where it can be read.
    pub id: Option<Uuid>,
}

/// A row of the heads, and the last event that is there in its shard, both at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedHead {
    /// The shard, from 0.
    pub shard: i64,
    /// The position that the head names.
    pub position: i64,
    /// When it says that the last event was stored; absent: the store keeps none.
    pub recorded_at: Option<i64>,
    /// Its incarnation; absent: it cannot be read.
    pub incarnation: Option<Uuid>,
    /// The newest incarnation that the store keeps apart from the head; absent: it keeps none apart.
    pub kept_incarnation: Option<Uuid>,
    /// The last event's position and time, in microseconds.
    pub last: Option<(i64, i64)>,
}

/// What the table that leads from ids to records says otherwise than the records do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayId {
    /// The event's id.
    pub id: Uuid,
    /// Where the record stands; absent: there is none of that id.
    pub stands: Option<(i64, i64)>,
    /// Where the table leads; absent: it does not know the id.
    pub leads: Option<(i64, i64)>,
}

/// Of a call in the journal, what can be compared with what is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedCall {
    /// The entry's id.
    pub id: Uuid,
    /// The SM3 of the message, as its column has it.
    pub body_sm3: String,
    /// The aggregate, as its column has it.
    pub aggregate_id: Option<Uuid>,
    /// The body as it is kept; absent: there was none, or it was erased.
    pub body: Option<Bytes>,
    /// The key of that aggregate.
    pub key: KeyState,
}

/// An id in the one form in which it is written: what the leaf is made of cannot tell others from it.
pub(crate) fn canonical(text: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(text).ok()?;
    let mut form = Uuid::encode_buffer();
    (text == id.hyphenated().encode_lower(&mut form)).then_some(id)
}

impl Log {
    /// The heads as their rows have them, in order, with the last event of each.
    pub async fn audited_heads(&self) -> Result<Vec<AuditedHead>, Error> {
        each!(self.store(), store => store.audited_heads().await)
    }

    /// The rows of a shard from behind `after` up to `up_to`, at most [`AUDIT_ROWS_MAX`], in the order of their positions.
    pub async fn audited_rows(&self, shard: u16, after: i64, up_to: i64) -> Result<Vec<AuditedRow>, Error> {
        each!(self.store(), store => store.audited_rows(shard, after, up_to).await)
    }

    /// The rows of an aggregate, in the order of their sequences.
    pub async fn audited_stream(&self, aggregate_id: Uuid) -> Result<Vec<AuditedRow>, Error> {
        each!(self.store(), store => store.audited_stream(aggregate_id).await)
    }

    /// Shard and position of rows in shards that the store does not have, some of them.
    pub async fn audited_strays(&self) -> Result<Vec<(i64, i64)>, Error> {
        each!(self.store(), store => store.audited_strays().await)
    }

    /// Where the table of ids does not lead to the records of this range, some of them; nothing, where the store has no such table.
    pub async fn audited_ids(&self, shard: u16, after: i64, up_to: i64) -> Result<Vec<StrayId>, Error> {
        each!(self.store(), store => store.audited_ids(shard, after, up_to).await)
    }

    /// Ids in the table of ids of which there is no record, some of them; nothing, where the store has no such table.
    pub async fn audited_lost_ids(&self) -> Result<Vec<StrayId>, Error> {
        each!(self.store(), store => store.audited_lost_ids().await)
    }

    /// The kept checkpoints that introduce a key, in order: few among very many.
    pub async fn introducing_checkpoints(&self) -> Result<Vec<KeptCheckpoint>, Error> {
        each!(self.store(), store => store.introducing_checkpoints().await)
    }

    /// What witnesses signed of the checkpoints behind `after` up to `up_to`: number, witness and line, in order.
    pub async fn audited_cosignatures(
        &self,
        after: u64,
        up_to: u64,
    ) -> Result<Vec<(i64, String, String)>, Error> {
        each!(self.store(), store => store.audited_cosignatures(after, up_to).await)
    }

    /// The calls of these ids, at most [`AUDIT_ROWS_MAX`], in no order. An entry that cannot be read is missing.
    pub async fn audited_calls(&self, ids: &[Uuid], with_bodies: bool) -> Result<Vec<AuditedCall>, Error> {
        each!(self.store(), store => store.audited_calls(ids, with_bodies).await)
    }
}
