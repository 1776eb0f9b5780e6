use std::borrow::Cow;

use super::tree::{Tree, TreeError};
use super::{FieldsError, printable};

/// A value as it was written.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Boolean(bool),
    /// The number's own characters.
    Number(&'a str),
    /// The text, its escapes resolved.
    Text(Cow<'a, str>),
    Nested(Nested<'a>),
}

/// An array or an object.
#[derive(Debug, Clone)]
pub(crate) struct Nested<'a> {
    /// The slice of the body.
    pub raw: &'a str,
    pub tree: Tree<'a>,
}

impl<'a> Value<'a> {
    /// Reads one JSON value that is known to be well-formed.
    pub fn read(raw: &'a str) -> Result<Self, TreeError> {
        Ok(match raw.as_bytes().first() {
            Some(b'"') => Self::Text(text_of(raw).ok_or(TreeError::BadText)?),
            Some(b'n') => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'[' | b'{') => Self::Nested(Nested { raw, tree: Tree::read(raw)? }),
            _ => Self::Number(raw),
        })
    }

    /// Whether there is no value: null, empty or nothing but blanks, an empty array or object.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.chars().all(char::is_whitespace),
            Self::Nested(nested) => nested.tree.is_empty(),
            Self::Boolean(_) | Self::Number(_) => false,
        }
    }
}

impl TreeError {
    pub fn within(self, name: &str) -> FieldsError {
        match self {
            Self::RepeatedKey(key) => {
                FieldsError::RepeatedKey(format!("{}.{}", printable(name), printable(&key)))
            }
            Self::TooDeep => FieldsError::TooDeep(printable(name)),
            Self::BadText => FieldsError::BadText(printable(name)),
        }
    }
}

/// The text of a JSON string; none where its escapes are no Unicode text (half a surrogate pair).
pub(super) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.get(1..raw.len().checked_sub(1)?)?;
    if inner.contains('\\') {
        serde_json::from_str(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}
