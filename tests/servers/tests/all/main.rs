//! The servers of tests do what tests rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

mod kafka;
mod kept;
mod postgres;
mod proxy;
