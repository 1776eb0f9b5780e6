//! The form of each event's payload: the value of a record on the topic of events.

use anyhow::{Context, anyhow};
use baohan_domain::Event;
use baohan_topics::headers::schema_name;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::form::{Form, as_it_is_written, with_definitions};

/// The forms of all payloads that are written today, in the order of a guarantee's life.
///
/// # Errors
/// When the types do not have the shape of a tagged list of events, which is a fault of this crate.
pub fn payloads() -> anyhow::Result<Vec<Form>> {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut all = generator.into_root_schema_for::<Event>().to_value();
    as_it_is_written(&mut all);
    let definitions = all.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    let variants = all.get("oneOf").and_then(Value::as_array).context("events are a choice of one")?;
    Event::WRITTEN
        .iter()
        .map(|(name, version)| {
            let variant =
                variants.iter().filter_map(Value::as_object).find(|variant| tag(variant) == Some(*name));
            let variant = variant.ok_or_else(|| anyhow!("{name} is missing from the schema of events"))?;
            let description = variant.get("description").cloned().unwrap_or_default();
            let mut schema = payload(variant, &definitions)?;
            schema.insert("$id".to_owned(), schema_name(name, version).into());
            schema.insert("title".to_owned(), format!("{name} {version}").into());
            schema.insert("description".to_owned(), description);
            Ok(Form::new(name, version, with_definitions(schema, &definitions)))
        })
        .collect()
}

fn tag(variant: &Map<String, Value>) -> Option<&str> {
    variant.get("properties")?.get("type")?.get("const")?.as_str()
}

/// The variant's fields and its tag, in one object.
fn payload(
    variant: &Map<String, Value>,
    definitions: &Map<String, Value>,
) -> anyhow::Result<Map<String, Value>> {
    let mut schema = match variant.get("$ref").and_then(Value::as_str) {
        Some(name) => {
            let definition = name.strip_prefix("#/$defs/").and_then(|name| definitions.get(name));
            definition.and_then(Value::as_object).cloned().context("a variant's fields are an object")?
        }
        None => variant.clone(),
    };
    let tag = variant.get("properties").and_then(|tag| tag.get("type")).cloned().unwrap_or_default();
    let fields = schema.entry("properties").or_insert_with(|| json!({}));
    fields.as_object_mut().context("fields are an object")?.insert("type".to_owned(), tag);
    let required = schema.entry("required").or_insert_with(|| json!([]));
    let required = required.as_array_mut().context("required fields are a list")?;
    if !required.contains(&json!("type")) {
        required.insert(0, json!("type"));
    }
    schema.insert("type".to_owned(), json!("object"));
    Ok(schema)
}
