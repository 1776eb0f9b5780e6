//! The headers of a record on the topic of events: `CloudEvents` 1.0 in Kafka's binary mode. Each value is a text in UTF-8.

use std::collections::BTreeMap;

use baohan_topics::headers as topic;
use serde_json::{Map, Value, json};

use crate::form::Form;

/// The version of this list.
const VERSION: &str = "1.0";

/// A number that counts from 1, as a text.
const COUNT: &str = "^[1-9][0-9]{0,19}$";
/// A number that counts from 0, as a text.
const INDEX: &str = "^(0|[1-9][0-9]{0,4})$";
/// An SM3 digest in hexadecimal.
const DIGEST: &str = "^[0-9a-f]{64}$";

/// What each header says, by its name. Which there are, and which every record has, says `services/topics`.
fn told() -> [(&'static str, Value); 19] {
    let id = |told: &str| json!({ "type": "string", "format": "uuid", "description": told });
    let text = |told: &str| json!({ "type": "string", "minLength": 1, "description": told });
    let form =
        |pattern: &str, told: &str| json!({ "type": "string", "pattern": pattern, "description": told });
    let only = |value: &str, told: &str| json!({ "type": "string", "const": value, "description": told });
    let event_type = format!("^{}[A-Z][A-Za-z]+$", topic::TYPE_PREFIX.replace('.', "\\."));
    let schema = format!("^{}[A-Z][A-Za-z]+:[0-9]+\\.[0-9]+$", topic::SCHEMA_PREFIX);
    let time = json!({
        "type": "string",
        "format": "date-time",
        "description": "When the ledger stored the event, in UTC with microseconds; never before the record ahead of it in the partition.",
    });
    [
        ("content-type", only(topic::CONTENT_TYPE_VALUE, "The value is one JSON object in UTF-8.")),
        ("ce_specversion", only(topic::SPEC_VERSION_VALUE, "The version of CloudEvents.")),
        ("ce_id", id("The event's own id; never given twice.")),
        ("ce_type", form(&event_type, "What happened: the event's name behind baohan.guarantee.")),
        (
            "ce_source",
            only(
                topic::SOURCE_VALUE,
                "Who tells it: a ledger of this program. Which one, the topic's prefix says.",
            ),
        ),
        ("ce_subject", id("The guarantee, as in the record's key.")),
        ("ce_time", time),
        (
            "ce_dataschema",
            form(
                &schema,
                "The schema of the value: the event and the version of its form; the $id of a file in events.",
            ),
        ),
        ("ce_sequence", form(COUNT, "The event's number within its guarantee, from 1 without a gap.")),
        ("ce_shard", form(INDEX, "The shard of the ledger, which is the partition.")),
        (
            "ce_position",
            form(
                COUNT,
                "The event's number within its shard, from 1 without a gap. Not the record's offset, which has gaps.",
            ),
        ),
        ("ce_platform", text("The key of the trading centre's platform.")),
        ("ce_applyno", text("The platform's number of the application.")),
        ("ce_baohanno", text("The number of the guarantee; from Issued on.")),
        ("ce_actor", text("Who brought it about.")),
        ("ce_correlationid", text("Ties together what one call brought about.")),
        ("ce_causationid", text("What brought it about: a call, or an event.")),
        (
            "ce_incarnation",
            id(
                "The incarnation of the ledger that wrote it; a new one after a restore from backup or a fail-over.",
            ),
        ),
        ("ce_leafhash", form(DIGEST, "SM3 of the sealed record: the leaf of the shard's Merkle tree.")),
    ]
}

/// The form of the headers, as an object of texts.
#[must_use]
pub fn headers() -> Form {
    let required: Vec<_> = topic::ALL.iter().filter(|(_, always)| *always).map(|(name, _)| *name).collect();
    let told: BTreeMap<_, _> = told().into();
    let field = |name: &str| (name.to_owned(), told.get(name).cloned().unwrap_or_default());
    let schema = json!({
        "title": format!("Headers {VERSION}"),
        "description": "The headers of a record on the topic of events: CloudEvents 1.0, binary mode. A reader skips those that it does not know.",
        "type": "object",
        "required": required,
        "properties": topic::ALL.iter().map(|(name, _)| field(name)).collect::<Map<_, _>>(),
    });
    Form::new("headers", VERSION, schema)
}
