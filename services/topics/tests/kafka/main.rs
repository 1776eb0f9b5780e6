//! Against a real broker: topics as they must be, records where they are, and only those of finished transactions.
#![allow(clippy::unwrap_used, reason = "a failing step fails the test")]

mod access;
mod checkpoints;
mod end;
mod provision;
mod reading;
mod stage;
