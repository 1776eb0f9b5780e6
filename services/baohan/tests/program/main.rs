//! The built program as its users meet it: commands, exit codes, signals, files.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod commands;
mod configuration;
mod ledger;
mod quickstart;
mod running;
mod shared;
mod verify;
mod witness;
