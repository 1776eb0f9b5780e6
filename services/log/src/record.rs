use serde::Deserialize;
use sm3::{Digest, Sm3};
use std::borrow::Cow;

use crate::event::{AGGREGATE_TYPE, StoredEvent};

/// Begins every sealed record: another definition gets another name, so that no record can be read as one of the other kind.
const NAME: &[u8] = b"baohan.record.1";
/// What a leaf's hash begins with; a node's begins with 1 (RFC 6962, section 2.1).
const LEAF: u8 = 0;

impl StoredEvent {
    /// The record as it is sealed: a name, then thirteen fields, each its length in four bytes (big-endian) and its bytes. Numbers are
    /// big-endian (`shard` two bytes; `position`, `sequence` and `recorded_at`, which is in microseconds since 1970, eight), ids their
    /// sixteen bytes, texts UTF-8 as they are stored. `tests/vectors/leaf.json` has examples.
    #[must_use]
    pub fn sealed_record(&self) -> Vec<u8> {
        let mut record = Record(NAME.to_vec());
        record.field(self.incarnation.as_bytes());
        record.field(&self.shard.to_be_bytes());
        record.field(&self.position.to_be_bytes());
        record.field(self.id.as_bytes());
        record.field(AGGREGATE_TYPE.as_bytes());
        record.field(self.aggregate_id.as_bytes());
        record.field(&self.sequence.to_be_bytes());
        record.field(self.event_type.as_bytes());
        record.field(self.event_version.as_bytes());
        record.field(&self.recorded_at.timestamp_micros().to_be_bytes());
        record.field(self.payload.as_bytes());
        record.field(self.metadata.as_bytes());
        record.field(raw_sm3(&self.metadata).as_bytes());
        record.0
    }

    /// The record's leaf in its shard's Merkle tree: SM3(0x00 ‖ record).
    #[must_use]
    pub fn leaf_hash(&self) -> [u8; 32] {
        Sm3::new().chain_update([LEAF]).chain_update(self.sealed_record()).finalize().into()
    }
}

struct Record(Vec<u8>);

impl Record {
    /// A field of more than four gibibytes is none that a database keeps.
    fn field(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }
}

/// The SM3 of the raw message as the metadata name it, so that whoever holds the message can tie it to the leaf; empty: there was none.
fn raw_sm3(metadata: &str) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Metadata<'m> {
        #[serde(borrow, default)]
        raw_sm3: Cow<'m, str>,
    }
    serde_json::from_str::<Metadata<'_>>(metadata).map(|metadata| metadata.raw_sm3).unwrap_or_default()
}
