//! The sealer over real stores, with real witnesses over HTTP, a real broker, and folders.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails the test")]

mod folder;
mod making;
mod running;
mod stage;
mod topic;
mod witnesses;
