//! The signed text of a message, and its signature.

mod digest;
mod nested;
mod number;
mod text;

use std::collections::BTreeSet;

pub(crate) use digest::{md5_hex, sign, sm3_hex, verifies};
pub(crate) use number::as_double;
pub(crate) use text::{Masking, Parts, java_trim, join, join_masked, parts};

use crate::dialect::{Absent, Charset, Dialect, DigestForm, KeyOrder, NestedText, NumberText, SecretPlace};
use crate::lexical::{Field, Fields, Value};

/// The field that carries the signature and is never signed.
pub(crate) const SIGN: &str = "sign";

/// How the blanks of an array or object are taken where it is signed as it was received. Senders that print blanks
/// (Python's `json.dumps` does) sign them, and a gateway on the way may have compacted the body since: then the blanks
/// are put back. The value is the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Spacing {
    #[default]
    Slice,
    Spaced,
}

/// The keys of a dialect that make a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules<'a> {
    pub key_order: KeyOrder,
    pub absent: Absent,
    pub trim: bool,
    pub secret: SecretPlace,
    pub digest: DigestForm,
    pub numbers: NumberText,
    pub nested: NestedText,
    /// With `nested = "as-received"`: the slice of the body, or JSON with a blank after `:` and `,`.
    pub spacing: Spacing,
    pub charset: Charset,
    pub unsigned_fields: &'a BTreeSet<String>,
}

impl<'a> Rules<'a> {
    /// The same with the blanks put back, where that can make a difference.
    pub fn spaced(self, fields: &Fields<'_>) -> Option<Self> {
        let is_nested = |field: &Field<'_>| matches!(field.value, Value::Nested(_));
        (self.nested == NestedText::AsReceived && fields.iter().any(is_nested))
            .then_some(Self { spacing: Spacing::Spaced, ..self })
    }

    pub fn of(dialect: &'a Dialect) -> Self {
        Self {
            key_order: dialect.key_order,
            absent: dialect.absent,
            trim: dialect.trim,
            secret: dialect.secret,
            digest: dialect.digest,
            numbers: dialect.numbers,
            nested: dialect.nested,
            spacing: Spacing::default(),
            charset: dialect.charset,
            unsigned_fields: &dialect.unsigned_fields,
        }
    }
}
