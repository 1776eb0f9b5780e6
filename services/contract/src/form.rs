//! One published form: its name, its version, its JSON Schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The dialect of all our schemas.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// One published form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// What it is the form of: an event's name, `state` or `headers`.
    pub name: String,
    /// Which version of it.
    pub version: String,
    /// The schema.
    pub schema: Value,
}

impl Form {
    pub(crate) fn new(name: &str, version: &str, mut schema: Value) -> Self {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("$schema".to_owned(), DIALECT.into());
        }
        Self { name: name.to_owned(), version: version.to_owned(), schema }
    }
}

/// What serde leaves out where it is absent is never `null`: the optional ones lose the `null` that schemars grants to every `Option`.
pub(crate) fn as_it_is_written(schema: &mut Value) {
    match schema {
        Value::Object(schema) => {
            let required: BTreeSet<String> = match schema.get("required").and_then(Value::as_array) {
                Some(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                None => BTreeSet::new(),
            };
            if let Some(Value::Object(fields)) = schema.get_mut("properties") {
                for (_, field) in fields.iter_mut().filter(|(name, _)| !required.contains(*name)) {
                    without_null(field);
                }
            }
            // What is filled in where a field is missing is the reader's affair.
            schema.remove("default");
            schema.values_mut().for_each(as_it_is_written);
        }
        Value::Array(list) => list.iter_mut().for_each(as_it_is_written),
        _ => {}
    }
}

fn without_null(field: &mut Value) {
    let Value::Object(field) = field else {
        return;
    };
    if let Some(Value::Array(types)) = field.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            field.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = field.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            field.remove("anyOf");
            field.extend(only);
        }
    }
}

/// The schema with the definitions that it needs, and no other.
pub(crate) fn with_definitions(mut schema: Map<String, Value>, definitions: &Map<String, Value>) -> Value {
    let mut needed = BTreeSet::new();
    let mut waiting = vec![Value::Object(schema.clone())];
    while let Some(next) = waiting.pop() {
        for name in references(&next) {
            if let Some(definition) = definitions.get(&name).filter(|_| !needed.contains(&name)) {
                waiting.push(definition.clone());
                needed.insert(name);
            }
        }
    }
    let named = definitions.iter().filter(|(name, _)| needed.contains(*name));
    let named: Map<String, Value> = named.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    if !named.is_empty() {
        schema.insert("$defs".to_owned(), named.into());
    }
    schema.into()
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(schema) => {
            let own =
                schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"));
            own.map(str::to_owned).into_iter().chain(schema.values().flat_map(references)).collect()
        }
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
