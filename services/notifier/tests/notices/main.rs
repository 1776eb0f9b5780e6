//! The notifier against a real platform (the sandbox) over real HTTP, on a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod delivery;
mod house;
mod order;
mod sections;
mod trouble;
