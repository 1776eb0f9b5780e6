use serde::Deserialize;
use sm3::{Digest, Sm3};
use std::borrow::Cow;

use crate::event::{AGGREGATE_TYPE, StoredEvent};

/// Begins every sealed record: another definition gets another name, so that no record can be read as one of the other kind.
const NAME: &[u8] = b"baohan.record.1";
/// What a leaf's hash begins with; a node's begins with 1 (RFC 6962, section 2.1).
const LEAF: u8 = 0;
/// The name in the metadata under which the SM3 of the raw message stands.
const RAW_SM3: &str = "raw_sm3";

impl StoredEvent {
    /// The record as it is sealed: a name, then thirteen fields, each its length in four bytes (big-endian) and its bytes. Numbers are
    /// big-endian (`shard` two bytes; `position`, `sequence` and `recorded_at`, which is in microseconds since 1970, eight), ids their
    /// sixteen bytes, texts UTF-8 as they are stored. `tests/vectors/leaf.json` has examples.
    #[must_use]
    pub fn sealed_record(&self) -> Vec<u8> {
        let fields = self.sealed_fields();
        let mut record = Vec::with_capacity(record_bytes(&fields));
        each_part(&fields, |part| record.extend_from_slice(part));
        record
    }

    /// The thirteen fields of the sealed record, in its order.
    #[must_use]
    pub fn sealed_fields(&self) -> [Cow<'_, [u8]>; 13] {
        [
            Cow::Borrowed(self.incarnation.as_bytes()),
            Cow::Owned(self.shard.to_be_bytes().into()),
            Cow::Owned(self.position.to_be_bytes().into()),
            Cow::Borrowed(self.id.as_bytes()),
            Cow::Borrowed(AGGREGATE_TYPE.as_bytes()),
            Cow::Borrowed(self.aggregate_id.as_bytes()),
            Cow::Owned(self.sequence.to_be_bytes().into()),
            Cow::Borrowed(self.event_type.as_bytes()),
            Cow::Borrowed(self.event_version.as_bytes()),
            Cow::Owned(self.recorded_at.timestamp_micros().to_be_bytes().into()),
            Cow::Borrowed(self.payload.as_bytes()),
            Cow::Borrowed(self.metadata.as_bytes()),
            match raw_sm3(&self.metadata) {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            },
        ]
    }

    /// The record's leaf in its shard's Merkle tree: SM3(0x00 ‖ record).
    #[must_use]
    pub fn leaf_hash(&self) -> [u8; 32] {
        sealed_leaf(&self.sealed_fields())
    }
}

/// The leaf of a record whose fields are at hand, as [`StoredEvent::sealed_fields`] gives them.
#[must_use]
pub fn sealed_leaf(fields: &[Cow<'_, [u8]>; 13]) -> [u8; 32] {
    let mut leaf = Vec::with_capacity(record_bytes(fields) + 1);
    leaf.push(LEAF);
    each_part(fields, |part| leaf.extend_from_slice(part));
    // At once: the hash takes many small pieces one by one, which costs more than to lay them together.
    Sm3::digest(&leaf).into()
}

/// How long a record is.
fn record_bytes(fields: &[Cow<'_, [u8]>; 13]) -> usize {
    NAME.len() + fields.iter().map(|field| size_of::<u32>() + field.len()).sum::<usize>()
}

/// The record's bytes, piece by piece.
fn each_part(fields: &[Cow<'_, [u8]>; 13], mut part: impl FnMut(&[u8])) {
    part(NAME);
    for field in fields {
        // A field of more than four gibibytes is none that a database keeps.
        part(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        part(field);
    }
}

/// The SM3 of the raw message as the metadata name it, so that whoever holds the message can tie it to the leaf; empty: there was none.
fn raw_sm3(metadata: &str) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Metadata<'m> {
        #[serde(borrow, default)]
        raw_sm3: Cow<'m, str>,
    }
    // A name can be written with escapes, too.
    if !metadata.contains(RAW_SM3) && !metadata.contains('\\') {
        return Cow::Borrowed("");
    }
    serde_json::from_str::<Metadata<'_>>(metadata).map(|metadata| metadata.raw_sm3).unwrap_or_default()
}
