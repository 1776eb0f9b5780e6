//! The `AsyncAPI` 3 document: which topics there are, what lies on them, in which order.

use serde_json::{Map, Value, json};

use crate::folder::EVENTS;

/// The version of `AsyncAPI`.
const ASYNCAPI: &str = "3.0.0";
/// How `AsyncAPI` is told that a schema is in the dialect of [`crate::form::DIALECT`].
const SCHEMA_FORMAT: &str = "application/schema+json;version=draft-2020-12";

/// The document over these events and versions.
pub(crate) fn asyncapi(events: impl Iterator<Item = (String, String)>) -> Value {
    let names: Vec<_> = events.collect();
    let key = |(name, version): &(String, String)| format!("{name}-{version}");
    let messages: Map<String, Value> = names.iter().map(|name| (key(name), event(name))).collect();
    let on_events: Map<String, Value> = names
        .iter()
        .map(|name| (key(name), json!({ "$ref": format!("#/components/messages/{}", key(name)) })))
        .collect();
    json!({
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "Ledger of electronic bid guarantees",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0" },
            "description": "What finance systems and auditors read. docs/consuming.md says what each event means in money, and how to read without \
                            a gap or a duplicate.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "events": channel(
                "{prefix}.events",
                "Every event of every guarantee, once and without a gap, in the order of its shard. Read with isolation.level \
                 read_committed. Kept for ever.",
                "delete",
                &on_events.into(),
            ),
            "state": channel(
                "{prefix}.state",
                "The newest state of each guarantee, by its id. Compacted: older states go.",
                "compact",
                &json!({ "state": { "$ref": "#/components/messages/state" } }),
            ),
            "checkpoints": channel(
                "{prefix}.checkpoints",
                "Every signed checkpoint of the seal, once, in the order of its numbers, which have no gap. One partition. Read with \
                 isolation.level read_committed. Kept for ever.",
                "delete",
                &json!({ "checkpoint": { "$ref": "#/components/messages/checkpoint" } }),
            ),
        },
        "operations": {
            "publishEvents": operation("events", "The ledger publishes what it has stored, in transactions."),
            "publishState": operation("state", "The ledger publishes how a guarantee stands after its newest event."),
            "publishCheckpoints": operation("checkpoints", "The ledger shows what it is, so that it cannot be another later."),
        },
        "components": {
            "messages": with_others(messages),
            "parameters": {
                "prefix": {
                    "default": "guarantee",
                    "description": "What the institution set as topic_prefix.",
                },
            },
        },
    })
}

fn channel(address: &str, description: &str, policy: &str, messages: &Value) -> Value {
    json!({
        "address": address,
        "description": description,
        "parameters": { "prefix": { "$ref": "#/components/parameters/prefix" } },
        "bindings": { "kafka": { "topicConfiguration": { "cleanup.policy": [policy] }, "bindingVersion": "0.5.0" } },
        "messages": messages,
    })
}

fn operation(channel: &str, summary: &str) -> Value {
    json!({
        "action": "send",
        "channel": { "$ref": format!("#/channels/{channel}") },
        "summary": summary,
    })
}

fn key_binding(told: &str) -> Value {
    json!({
        "kafka": {
            "key": { "type": "string", "format": "uuid", "description": told },
            "bindingVersion": "0.5.0",
        },
    })
}

fn event((name, version): &(String, String)) -> Value {
    json!({
        "name": format!("baohan.guarantee.{name}"),
        "title": format!("{name} {version}"),
        "contentType": "application/json",
        "headers": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": { "$ref": "./headers-1.0.json" },
        },
        "payload": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": { "$ref": format!("./{EVENTS}/{name}-{version}.json") },
        },
        "bindings": key_binding("The guarantee's id."),
    })
}

fn with_others(mut messages: Map<String, Value>) -> Map<String, Value> {
    let state = json!({
        "name": "state",
        "title": "State of a guarantee",
        "contentType": "application/json",
        "payload": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": { "$ref": "./state-1.0.json" },
        },
        "bindings": key_binding("The guarantee's id."),
    });
    messages.insert("state".to_owned(), state);
    let checkpoint = json!({
        "name": "checkpoint",
        "title": "Signed checkpoint",
        "contentType": "text/plain; charset=utf-8",
        "payload": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": { "$ref": "./checkpoint-1.0.json" },
        },
        "bindings": key_binding("The ledger's own id, which outlives a restore from backup."),
    });
    messages.insert("checkpoint".to_owned(), checkpoint);
    messages
}
