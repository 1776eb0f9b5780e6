//! What holds of the store on PostgreSQL: its tables, its many processes, its server that fails, and all that every store must do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod failing;
mod incarnations;
mod ledger;
mod opening;
mod partitions;
mod place;
mod roles;
mod shards;
mod stock_repository;
mod tables;
mod turns;
mod waking;

#[path = "../suite/mod.rs"]
mod suite;
