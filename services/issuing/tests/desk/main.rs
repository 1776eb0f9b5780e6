//! The desk upon a real ledger, real documents, and a clock that stands.
#![expect(clippy::unwrap_used, reason = "what the tests share is test code as well")]

mod house;
mod issue;
mod restore;
