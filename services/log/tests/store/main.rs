//! What every store must do. The stories get their store from `opened`, so that another implementation can run them too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod appending;
mod batching;
mod calls;
mod checkpoints;
mod deliveries;
mod erasing;
mod idempotency;
mod incarnations;
mod numbers;
mod personal_readings;
mod reading;
mod records;
mod sections;
mod stage;
mod turns;
