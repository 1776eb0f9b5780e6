//! The built program killed, starved, paused and stopped in the middle of work: alone on SQLite, and as a fleet of processes on
//! PostgreSQL and Kafka. After each fault of a fleet all of `baohan_world::check` must hold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what the tests share is test code as well"
)]

use baohan_world as world;

#[path = "backup.rs"]
mod backup;
#[path = "clock.rs"]
mod clock;
#[path = "disk.rs"]
mod disk;
#[path = "kill.rs"]
mod kill;
#[path = "lines.rs"]
mod lines;
#[path = "measure.rs"]
mod measure;
#[path = "pauses.rs"]
mod pauses;
#[path = "rebuilds.rs"]
mod rebuilds;
#[path = "roles.rs"]
mod roles;
#[path = "servers.rs"]
mod servers;
#[path = "signals.rs"]
mod signals;
#[path = "store.rs"]
mod store;
