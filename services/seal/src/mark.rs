use std::borrow::Cow;

use baohan_log::StoredEvent;

/// The names of the sealed record's fields, in the order in which they are hashed.
pub const FIELDS: [&str; 13] = [
    "incarnation",
    "shard",
    "position",
    "id",
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "recorded_at",
    "payload",
    "metadata",
    "raw_sm3",
];

/// A CRC-32 of each field of a record, so that an altered field can be named. A hint and no proof: the leaf proves.
#[must_use]
pub fn marks(event: &StoredEvent) -> [u32; 13] {
    marks_of(&event.sealed_fields())
}

/// The same of a record whose fields are at hand.
#[must_use]
pub fn marks_of(fields: &[Cow<'_, [u8]>; 13]) -> [u32; 13] {
    fields.each_ref().map(|field| crc32fast::hash(field))
}
