//! Cases from the wild, end to end: the input byte for byte over HTTP, the outcome read from the ledger. What a case asks of
//! the wire alone is tested there too; what it asks of the office or the notifier is tested with them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what the tests share is test code as well")]

#[path = "../world/mod.rs"]
mod world;

mod applications;
mod claims;
mod invoices;
mod openings;
mod quits;
mod reconciliation;

/// A fixture's bytes.
macro_rules! fixture {
    ($name:literal) => {
        &include_bytes!(concat!("fixtures/", $name))[..]
    };
}
pub(crate) use fixture;
