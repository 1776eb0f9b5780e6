//! A real store, a real broker, and Kafka's own consumer as the witness.
#![allow(clippy::unwrap_used, reason = "a failing step fails the test")]

mod fences;
mod outages;
mod postgres;
mod publishing;
mod resuming;
mod stage;
mod two;
mod wrong;
