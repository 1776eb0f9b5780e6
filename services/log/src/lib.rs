#![doc = include_str!("../README.md")]

mod audit;
mod checkpoint;
mod delivery;
mod error;
mod event;
mod fault;
mod gathering;
mod idempotency;
mod journal;
mod kept;
mod key;
mod log;
mod number;
mod pending;
mod postgres;
mod reading;
mod record;
mod section;
mod shard;
mod sqlite;
mod store;
mod transfer;
mod turn;

pub use audit::{AUDIT_ROWS_MAX, AuditedCall, AuditedHead, AuditedRow, BentRow, StrayId};
pub use delivery::{Attempt, Delivery, Lease, Settled};
pub use error::{AppendError, Error, Outage};
pub use event::{AGGREGATE_TYPE, Append, EVENTS_MAX, NewEvent, READ_MAX, StoredEvent, Stream};
pub use idempotency::IdempotencyRecord;
pub use journal::{
    ACCEPTED, JOURNAL_PAGE_MAX, JournalEntry, JournalFilter, JournalId, JournalPage, JournalRecord,
};
pub use kept::{
    COSIGNATURE_BYTES_MAX, KEPT_CHECKPOINTS_MAX, KeptCheckpoint, KeptCosignature, NOTE_BYTES_MAX,
};
pub use key::{Erasure, KeyState};
pub use log::{CONNECTIONS_DEFAULT, Log, Now, Options, SHARDS_DEFAULT, SHARDS_MAX, StoreKind};
pub use number::Reservation;
pub use reading::Reading;
pub use record::sealed_leaf;
pub use section::{SectionFact, SectionFactPage};
pub use shard::shard_of;
pub use transfer::{Backup, Beside, Dump, Item, Kept, Load, Origin, ShardHead, Standing};
pub use turn::{TURN_MIN, TURN_NAME_BYTES_MAX, Tenure, Turn};
