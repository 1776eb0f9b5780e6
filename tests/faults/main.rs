//! The built program killed, starved and stopped in the middle of work.

#[path = "../world/mod.rs"]
mod world;

#[path = "kill.rs"]
mod kill;
#[path = "signals.rs"]
mod signals;
#[path = "store.rs"]
mod store;
