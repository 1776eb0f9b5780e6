//! The gateway over real HTTP: limits, repeats, the journal, documents, whatever bytes come.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what the tests share is test code as well")]

#[path = "../world/mod.rs"]
mod world;

mod any_bytes;
mod documents;
mod journal;
mod limits;
mod lookup;
mod quits;
mod reconciliation;
mod repeats;
mod trouble;
