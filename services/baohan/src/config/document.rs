//! The configuration as a tree in which every value knows where it was written.
//!
//! The `toml` crate can fill structs by itself, but then an environment override has no place in the text and only the
//! first mistake is told. So the text becomes this tree, overrides are laid over it, and the sections read from it.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Bytes of the configuration file.
    File(Range<usize>),
    /// An environment variable, with its text as it was set.
    Environment {
        /// The variable's name.
        variable: String,
        /// Its text: `12345678` set for a secret is a text, though TOML reads a number.
        raw: String,
    },
}

/// One value and where it came from.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

/// A TOML value without its text form.
#[derive(Debug, Clone)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction: known only to be refused by name, since nothing here is a float.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time, as TOML prints it.
    Datetime(String),
    /// An array, or an array of tables.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// The keys of a table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Key to entry.
    pub entries: BTreeMap<String, Entry>,
}

/// A key's own place and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where the key stands: unknown keys are pointed at, not their values.
    pub key: Origin,
    /// The value.
    pub node: Node,
}

impl Table {
    /// Reads a TOML text.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        DeTable::parse(text).and_then(|table| from_table(table.into_inner()))
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.node)
    }
}

impl Value {
    /// What messages call this kind of value.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Boolean(_) => "a boolean",
            Value::Datetime(_) => "a date",
            Value::List(_) => "an array",
            Value::Table(_) => "a table",
        }
    }

    /// Reads one TOML value from an environment variable's text; what is no TOML value is a string.
    pub fn from_variable(raw: &str, origin: &Origin) -> Value {
        let parsed = DeValue::parse(raw).ok().and_then(|value| from_value(value).ok());
        match parsed {
            Some(mut node) => {
                node.move_to(origin);
                node.value
            }
            None => Value::Text(raw.to_owned()),
        }
    }
}

impl Node {
    /// Gives this value and all within it another origin: offsets inside a variable mean nothing in the file.
    fn move_to(&mut self, origin: &Origin) {
        self.origin = origin.clone();
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.move_to(origin)),
            Value::Table(table) => {
                for entry in table.entries.values_mut() {
                    entry.key = origin.clone();
                    entry.node.move_to(origin);
                }
            }
            _ => {}
        }
    }
}

fn from_table(table: DeTable<'_>) -> Result<Table, toml::de::Error> {
    let mut entries = BTreeMap::new();
    for (key, value) in table {
        let origin = Origin::File(key.span());
        entries.insert(key.into_inner().into_owned(), Entry { key: origin, node: from_value(value)? });
    }
    Ok(Table { entries })
}

fn from_value(value: Spanned<DeValue<'_>>) -> Result<Node, toml::de::Error> {
    use serde::de::Error as _;
    let origin = Origin::File(value.span());
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Integer(
            i64::from_str_radix(&number.as_str().replace('_', ""), number.radix())
                .map_err(|_| toml::de::Error::custom("an integer beyond 64 bits"))?,
        ),
        DeValue::Float(number) => Value::Float(
            number
                .as_str()
                .replace('_', "")
                .parse()
                .map_err(|_| toml::de::Error::custom("a float that cannot be read"))?,
        ),
        DeValue::Boolean(truth) => Value::Boolean(truth),
        DeValue::Datetime(time) => Value::Datetime(time.to_string()),
        DeValue::Array(items) => Value::List(from_array(items)?),
        DeValue::Table(table) => Value::Table(from_table(table)?),
    };
    Ok(Node { value, origin })
}

fn from_array(items: DeArray<'_>) -> Result<Vec<Node>, toml::de::Error> {
    items.into_iter().map(from_value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_its_bytes_in_the_file() {
        let text = "[gateway]\nlisten = \"x\"\n";
        let table = Table::parse(text).unwrap();
        let Some(Node { value: Value::Table(gateway), .. }) = table.get("gateway") else {
            panic!("no table")
        };
        let Origin::File(span) = &gateway.get("listen").unwrap().origin else { panic!("no span") };
        assert_eq!(&text[span.clone()], "\"x\"");
    }

    #[test]
    fn a_variable_that_is_no_toml_value_is_a_string() {
        let origin = Origin::Environment { variable: "V".into(), raw: String::new() };
        assert!(
            matches!(Value::from_variable("127.0.0.1:9", &origin), Value::Text(text) if text == "127.0.0.1:9")
        );
        assert!(matches!(Value::from_variable("9", &origin), Value::Integer(9)));
        assert!(
            matches!(Value::from_variable("[\"auditor\"]", &origin), Value::List(items) if items.len() == 1)
        );
    }
}
