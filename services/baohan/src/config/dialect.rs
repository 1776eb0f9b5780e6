//! `[platforms.dialect]`: what a platform does otherwise than the specification. The keys are the wire's own.

use baohan_wire::Dialect;
use serde_json::{Map, Value as Json};

use super::document::{Node, Origin, Value};
use super::secret;
use super::section::{Section, nearest, quoted};

/// The one key that holds a secret; it may come from the environment or a file like any other.
const SEALED_KEY: &str = "sealed_key";

/// Reads the section. Each key is tried by itself, so that each mistake is told at its own line.
pub fn read(section: &mut Section<'_>) -> Dialect {
    let mut taken = Map::new();
    for key in Dialect::KEYS {
        if key == SEALED_KEY {
            continue;
        }
        let Some(node) = section.node(key) else { continue };
        let alone = |value: Json| {
            let mut one = Map::new();
            one.insert(key.to_owned(), value);
            serde_json::from_value::<Dialect>(Json::Object(one)).map(|_| ())
        };
        let forms = [Some(json(node)), raw(node)];
        let tried: Vec<_> = forms.into_iter().flatten().map(|form| (alone(form.clone()), form)).collect();
        match tried.iter().find(|(tried, _)| tried.is_ok()) {
            Some((_, form)) => {
                section.understood(key, Some(printed(form)));
                taken.insert(key.to_owned(), form.clone());
            }
            None => {
                if let Some((Err(error), form)) = tried.first() {
                    let message = error.to_string();
                    section.wrong(key, &message, near(&message, form));
                }
            }
        }
    }
    // Each key was taken by itself, so all of them are taken together.
    let mut dialect: Dialect = serde_json::from_value(Json::Object(taken)).unwrap_or_default();
    dialect.sealed_key = secret::optional(section, SEALED_KEY);
    dialect
}

/// The value as serde reads it.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Text(text) | Value::Datetime(text) => Json::from(text.as_str()),
        Value::Integer(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Boolean(truth) => Json::from(*truth),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Table(table) => table.entries.iter().map(|(key, entry)| (key.clone(), json(&entry.node))).collect(),
    }
}

/// What an environment variable says, as text: `0` for `success_value` is no number.
fn raw(node: &Node) -> Option<Json> {
    match &node.origin {
        Origin::Environment { raw, .. } => Some(Json::from(raw.as_str())),
        Origin::File(_) => None,
    }
}

fn printed(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(items) => format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Serde names the values that it would take between backticks; the one most like the given is suggested.
fn near(message: &str, given: &Json) -> Option<String> {
    let expected = message.split("expected").nth(1)?;
    let words = expected.split('`').skip(1).step_by(2);
    nearest(given.as_str()?, words).map(|near| format!("did you mean \"{near}\"?"))
}
