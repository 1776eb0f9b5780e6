//! The store and the projections in one database of PostgreSQL, several shards, several processes, and Kafka between.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the stage and those who act on it are tests as well")]

mod kafka;
mod kind;
mod many;
mod turns;

#[path = "../projections/life.rs"]
#[allow(dead_code, reason = "the other suites have more to ask of guarantees")]
mod life;
#[path = "../projections/lives.rs"]
mod lives;
#[path = "../projections/random_lives.rs"]
mod random_lives;
#[path = "../projections/seal.rs"]
mod seal;
#[path = "../projections/single.rs"]
mod single;
#[path = "../projections/stage.rs"]
#[allow(dead_code, reason = "the other suites have more to do on it")]
mod stage;
