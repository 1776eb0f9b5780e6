//! The signed text of a message, and its signature.

mod digest;
mod nested;
mod number;
mod text;

use std::collections::BTreeSet;

pub(crate) use digest::{md5_hex, sign, sm3_hex, verifies};
pub(crate) use number::{as_double, has_fraction};
pub(crate) use text::{Masking, Parts, java_trim, join, join_masked, parts};

use crate::dialect::{
    Absent, Charset, Dialect, DigestForm, KeyOrder, NestedText, NumberText, SecretPlace,
};

/// The field that carries the signature and is never signed.
pub(crate) const SIGN: &str = "sign";

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
    pub charset: Charset,
    pub unsigned_fields: &'a BTreeSet<String>,
}

impl<'a> Rules<'a> {
    pub fn of(dialect: &'a Dialect) -> Self {
        Self {
            key_order: dialect.key_order,
            absent: dialect.absent,
            trim: dialect.trim,
            secret: dialect.secret,
            digest: dialect.digest,
            numbers: dialect.numbers,
            nested: dialect.nested,
            charset: dialect.charset,
            unsigned_fields: &dialect.unsigned_fields,
        }
    }
}
