//! What holds of the store on SQLite: its file, its tables, its one writer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod crashing;
mod file;
mod stock_repository;
mod tables;
