//! What every store must do. Each store's own program of tests holds this suite too, and gives it fresh ledgers: `crate::place::fresh`.

mod appending;
mod batching;
mod calls;
mod checkpoints;
mod deliveries;
pub mod erasing;
mod idempotency;
mod incarnations;
mod kept;
mod numbers;
mod personal_readings;
mod reading;
mod records;
mod sections;
pub mod stage;
mod turns;
