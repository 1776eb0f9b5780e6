//! What holds of the store on SQLite: its file, its tables, its one writer, and all that every store must do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod crashing;
mod erasing;
mod file;
mod older;
mod place;
mod stock_repository;
mod tables;

#[path = "../suite/mod.rs"]
mod suite;
