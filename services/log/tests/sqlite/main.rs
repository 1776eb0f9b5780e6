//! What holds of the store on SQLite: its file, its tables, its one writer.

mod crashing;
mod file;
mod stock_repository;
mod tables;
