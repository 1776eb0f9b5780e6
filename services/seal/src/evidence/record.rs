use baohan_log::{AGGREGATE_TYPE, StoredEvent};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::hash::{Hash, hash_from_hex};

use super::fault::RecordFault;

/// A record with the path from its leaf to the root of its shard's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRecord {
    /// The store's incarnation under which it was written.
    pub incarnation: Uuid,
    /// The shard.
    pub shard: u16,
    /// Its number within the shard, from 1; its leaf's index is one less.
    pub position: u64,
    /// The event's id.
    pub id: Uuid,
    /// What it belongs to: `guarantee`.
    pub aggregate_type: String,
    /// The guarantee.
    pub aggregate_id: Uuid,
    /// Its number within the guarantee, from 1.
    pub sequence: u64,
    /// Its type.
    pub event_type: String,
    /// The version of its payload's form.
    pub event_version: String,
    /// When it was stored, in microseconds since 1970.
    pub recorded_at_us: i64,
    /// The payload's exact text.
    pub payload: String,
    /// The metadata's exact text.
    pub metadata: String,
    /// The hashes from the leaf's sibling up, in hex.
    pub path: Vec<String>,
}

impl EvidenceRecord {
    /// A record with its path.
    #[must_use]
    pub fn new(event: &StoredEvent, path: &[Hash]) -> Self {
        Self {
            incarnation: event.incarnation,
            shard: event.shard,
            position: event.position,
            id: event.id,
            aggregate_type: AGGREGATE_TYPE.to_owned(),
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            event_type: event.event_type.clone(),
            event_version: event.event_version.clone(),
            recorded_at_us: event.recorded_at.timestamp_micros(),
            payload: event.payload.clone(),
            metadata: event.metadata.clone(),
            path: path.iter().map(hex::encode).collect(),
        }
    }

    /// The event as the store has it.
    pub fn event(&self) -> Result<StoredEvent, RecordFault> {
        if self.aggregate_type != AGGREGATE_TYPE {
            return Err(RecordFault::OtherType);
        }
        Ok(StoredEvent {
            id: self.id,
            aggregate_id: self.aggregate_id,
            sequence: self.sequence,
            event_type: self.event_type.clone(),
            event_version: self.event_version.clone(),
            payload: self.payload.clone(),
            metadata: self.metadata.clone(),
            shard: self.shard,
            position: self.position,
            recorded_at: DateTime::from_timestamp_micros(self.recorded_at_us).ok_or(RecordFault::Time)?,
            incarnation: self.incarnation,
        })
    }

    /// The path's hashes.
    pub fn hashes(&self) -> Result<Vec<Hash>, RecordFault> {
        self.path.iter().map(|digits| hash_from_hex(digits).ok_or(RecordFault::Path)).collect()
    }
}
