//! A witness over HTTP, and ledgers that tell the truth, half of it, or something else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails the test")]

mod asking;
mod ledger;
mod memory;
mod stage;
