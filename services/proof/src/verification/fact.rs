use std::collections::HashMap;

use baohan_seal::evidence::Document;
use uuid::Uuid;

/// What records say of things that stand elsewhere.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) shard: u16,
    /// The last record of each guarantee.
    pub(super) last: HashMap<Uuid, Last>,
    /// The calls that they name.
    pub(super) calls: Vec<CallNamed>,
    /// The documents that they name.
    pub(super) documents: Vec<DocumentNamed>,
}

/// The last record of a guarantee, and where its first stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Last {
    pub(super) version: u64,
    pub(super) position: u64,
    /// Where its first record stands, if that was read.
    pub(super) begins: Option<u64>,
}

impl Last {
    /// This one behind another of the same guarantee.
    pub(super) fn behind(self, before: Option<&Self>) -> Self {
        Self { begins: self.begins.or_else(|| before.and_then(|before| before.begins)), ..self }
    }
}

/// A call that brought a record about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallNamed {
    pub(super) id: Uuid,
    /// The SM3 of its message; empty: there was none.
    pub(super) raw_sm3: String,
    pub(super) position: u64,
    pub(super) event: Uuid,
    pub(super) guarantee: Uuid,
}

/// A document that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocumentNamed {
    pub(super) document: Document,
    pub(super) position: u64,
    pub(super) event: Uuid,
    pub(super) guarantee: Uuid,
}
