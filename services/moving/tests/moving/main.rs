//! A ledger is moved from store to store, and nobody who asks it can tell.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod asking;
mod breaking;
mod carrying;
mod copying;
mod place;
mod projecting;
mod written;
