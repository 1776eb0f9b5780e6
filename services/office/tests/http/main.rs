//! The office over real HTTP, upon a real store. One file a story; `house` is where they happen.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what the tests share is test code as well"
)]

mod audit;
mod bodies;
mod documents;
mod events;
mod evidence;
mod house;
mod idempotency;
mod issue;
mod lists;
mod personal;
mod platform;
mod probes;
mod reads;
mod reconciliation;
mod roles;
mod seal;
mod status;
mod writes;
