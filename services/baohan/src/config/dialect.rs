//! `[platforms.dialect]`: what a platform does otherwise than the specification. The keys are the wire's own.

use std::path::Path;

use baohan_wire::Dialect;
use serde_json::{Map, Value as Json};

use super::document::{Entry, Node, Origin, Table, Value};
use super::environment::Environment;
use super::problem::Source;
use super::report::Report;
use super::section::{Section, nearest, quoted};
use super::{ConfigError, secret};

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

/// Reads a dialect from pairs of a command line, `numbers` and `java-double`; values are read as TOML, or else as text.
pub fn of_options(pairs: &[(String, String)]) -> Result<Dialect, ConfigError> {
    let mut table = Table::default();
    for (key, raw) in pairs {
        let origin = Origin::Environment { variable: format!("--dialect {key}"), raw: raw.clone() };
        let value = Value::from_variable(raw, &origin);
        table.entries.insert(key.clone(), Entry { key: origin.clone(), node: Node { value, origin } });
    }
    let source = Source::new(Path::new("the command line"), String::new());
    let report = Report::new(source, Environment::of_process());
    let dialect = Section::root(&report, &table, read);
    let (problems, ..) = report.finish();
    if problems.is_empty() { Ok(dialect) } else { Err(ConfigError::Wrong(problems)) }
}

/// The value as serde reads it.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Text(text) | Value::Datetime(text) => Json::from(text.as_str()),
        Value::Integer(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Boolean(truth) => Json::from(*truth),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Table(table) => {
            table.entries.iter().map(|(key, entry)| (key.clone(), json(&entry.node))).collect()
        }
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

#[cfg(test)]
mod tests {
    use baohan_wire::{NumberText, SecretPlace};

    use super::*;

    fn options(pairs: &[(&str, &str)]) -> Result<Dialect, String> {
        let pairs: Vec<_> =
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        of_options(&pairs).map_err(|error| error.to_string())
    }

    #[test]
    fn options_of_the_command_line_are_a_dialect() {
        let dialect =
            options(&[("numbers", "java-double"), ("secret", "hmac"), ("sealed", "[]"), ("trim", "true")])
                .unwrap();
        assert_eq!((dialect.numbers, dialect.secret), (NumberText::JavaDouble, SecretPlace::Hmac));
        assert!(dialect.sealed.is_empty() && dialect.trim);
    }

    #[test]
    fn a_slip_on_the_command_line_names_the_option() {
        let told = options(&[("numers", "java-double")]).unwrap_err();
        assert!(
            told.contains("option --dialect numers") && told.contains("did you mean `numbers`?"),
            "{told}"
        );
    }
}
