//! The names of the headers: the contract of design.md, and `CloudEvents`' own `ce_specversion`, which its Kafka binding demands.
//! They stand here and nowhere else.

pub(crate) const SPEC_VERSION: &str = "ce_specversion";
pub(crate) const ID: &str = "ce_id";
pub(crate) const TYPE: &str = "ce_type";
pub(crate) const SOURCE: &str = "ce_source";
pub(crate) const SUBJECT: &str = "ce_subject";
pub(crate) const TIME: &str = "ce_time";
pub(crate) const DATA_SCHEMA: &str = "ce_dataschema";
pub(crate) const SEQUENCE: &str = "ce_sequence";
pub(crate) const SHARD: &str = "ce_shard";
pub(crate) const POSITION: &str = "ce_position";
pub(crate) const PLATFORM: &str = "ce_platform";
pub(crate) const APPLICATION_NO: &str = "ce_applyno";
pub(crate) const GUARANTEE_NO: &str = "ce_baohanno";
pub(crate) const ACTOR: &str = "ce_actor";
pub(crate) const CORRELATION_ID: &str = "ce_correlationid";
pub(crate) const CAUSATION_ID: &str = "ce_causationid";
pub(crate) const INCARNATION: &str = "ce_incarnation";
pub(crate) const LEAF_HASH: &str = "ce_leafhash";
pub(crate) const CONTENT_TYPE: &str = "content-type";

/// The version of `CloudEvents` that the headers follow.
pub const SPEC_VERSION_VALUE: &str = "1.0";
/// Who tells it.
pub const SOURCE_VALUE: &str = "urn:baohan:ledger";
/// What every event's type begins with; its name follows.
pub const TYPE_PREFIX: &str = "baohan.guarantee.";
/// What every schema's name begins with; the event's name, a colon and the version follow.
pub const SCHEMA_PREFIX: &str = "urn:baohan:schema:";
/// The form of the value.
pub const CONTENT_TYPE_VALUE: &str = "application/json";

/// Every header, in the order in which they are written. Those that are not always there are marked.
pub const ALL: [(&str, bool); 19] = [
    (SPEC_VERSION, true),
    (ID, true),
    (TYPE, true),
    (SOURCE, true),
    (SUBJECT, true),
    (TIME, true),
    (DATA_SCHEMA, true),
    (SEQUENCE, true),
    (SHARD, true),
    (POSITION, true),
    (PLATFORM, false),
    (APPLICATION_NO, false),
    (GUARANTEE_NO, false),
    (ACTOR, false),
    (CORRELATION_ID, false),
    (CAUSATION_ID, false),
    (INCARNATION, true),
    (LEAF_HASH, true),
    (CONTENT_TYPE, true),
];

/// The name of the schema of an event's payload.
#[must_use]
pub fn schema_name(event_type: &str, event_version: &str) -> String {
    format!("{SCHEMA_PREFIX}{event_type}:{event_version}")
}
