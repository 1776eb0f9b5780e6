//! The built program killed, starved and stopped in the middle of work.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what the tests share is test code as well"
)]

use baohan_world as world;

#[path = "kill.rs"]
mod kill;
#[path = "signals.rs"]
mod signals;
#[path = "store.rs"]
mod store;
