//! A JSON object as it was written: numbers to the digit, keys in their order, repeated keys seen.

mod tree;
mod value;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(crate) use tree::Tree;
pub(crate) use value::{Nested, Value};

/// How many fields are made room for at once: the longest interface has 15.
const FIELDS_USUAL: usize = 16;

/// The fields at the top level of a message.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    items: Vec<Field<'a>>,
    /// Places in `items`, by name in byte order.
    order: Vec<usize>,
}

/// One field.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    pub name: Cow<'a, str>,
    pub value: Value<'a>,
}

/// Why a text is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldsError {
    NotJson,
    NotAnObject,
    RepeatedKey(String),
    TooDeep(String),
    BadText(String),
}

impl<'a> Fields<'a> {
    /// Reads one JSON object with nothing behind it.
    pub fn parse(text: &'a str) -> Result<Self, FieldsError> {
        let members: Members<'a> = match serde_json::from_str(text) {
            Ok(members) => members,
            Err(error) if error.is_data() && serde_json::from_str::<IgnoredAny>(text).is_ok() => {
                return Err(FieldsError::NotAnObject);
            }
            Err(_) => return Err(FieldsError::NotJson),
        };
        let mut items = Vec::with_capacity(members.0.len());
        for (raw_name, raw_value) in members.0 {
            let name = value::text_of(raw_name).ok_or_else(|| FieldsError::BadText(printable(raw_name)))?;
            let value = Value::read(raw_value).map_err(|problem| problem.within(&name))?;
            items.push(Field { name, value });
        }
        let fields = Self::new(items);
        match fields.repeated_name() {
            Some(name) => Err(FieldsError::RepeatedKey(printable(name))),
            None => Ok(fields),
        }
    }

    /// Takes fields in the order in which they will be written; a repeated name is the caller's fault.
    pub fn new(items: Vec<Field<'a>>) -> Self {
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by(|left, right| items[*left].name.cmp(&items[*right].name));
        Self { items, order }
    }

    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.items.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The fields as they were written.
    pub fn iter(&self) -> impl Iterator<Item = &Field<'a>> {
        self.items.iter()
    }

    /// The fields by name in byte order.
    pub fn sorted(&self) -> impl Iterator<Item = &Field<'a>> {
        self.order.iter().map(|place| &self.items[*place])
    }

    /// The fields by name as if all letters were small.
    pub fn sorted_without_case(&self) -> Vec<&Field<'a>> {
        let mut fields: Vec<_> = self.sorted().collect();
        fields.sort_by_cached_key(|field| field.name.to_lowercase());
        fields
    }

    /// The same fields, one of them with another value.
    pub fn with(&self, name: &str, value: Value<'a>) -> Self {
        let mut changed = self.clone();
        if let Some(field) = changed.items.iter_mut().find(|field| field.name == name) {
            field.value = value;
        }
        changed
    }

    fn repeated_name(&self) -> Option<&str> {
        self.order
            .windows(2)
            .find(|pair| self.items[pair[0]].name == self.items[pair[1]].name)
            .map(|pair| self.items[pair[0]].name.as_ref())
    }
}

/// A key for a message to a person: cut, without control characters.
fn printable(name: &str) -> String {
    const CHARACTERS_MAX: usize = 50;
    name.chars().filter(|character| !character.is_control()).take(CHARACTERS_MAX).collect()
}

/// The members of one JSON object, names and values as they were written.
pub(crate) struct Members<'a>(pub Vec<(&'a str, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;

        impl<'de> Visitor<'de> for AsWritten {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(FIELDS_USUAL);
                while let Some((name, value)) = map.next_entry::<&'de RawValue, &'de RawValue>()? {
                    members.push((name.get(), value.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(AsWritten)
    }
}
