//! The projections' database of this suite: SQLite. The suite `postgres` is the same over PostgreSQL.

#![allow(clippy::unused_async, reason = "another suite waits for a server in the same place")]

use std::path::Path;

use baohan_log::Now;
use baohan_projections::Options;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

/// The store of the stage in this folder: SQLite.
pub async fn store(folder: &Path, now: Now) -> baohan_log::Options {
    baohan_log::Options::new(format!("sqlite:{}", folder.join("ledger.db").display()), now)
}

/// The database of the stage in this folder.
pub async fn options(folder: &Path) -> Options {
    Options::at(format!("sqlite:{}", folder.join("ledger-projections.db").display()))
}

/// One more, empty.
pub async fn other(folder: &Path) -> Options {
    Options::at(format!("sqlite:{}", folder.join(format!("{}.db", Uuid::now_v7())).display()))
}

pub async fn run(url: &str, sql: &str) {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// An id of nothing but zeros, as a literal.
pub const NIL: &str = "zeroblob(16)";
/// How many random lives are tried.
pub const RANDOM_LIVES: u32 = 40;
/// What makes the database refuse rows of one projection, and no more.
pub const REFUSING_EXPOSURE: [&str; 1] =
    ["CREATE TRIGGER refuse BEFORE INSERT ON exposure BEGIN SELECT RAISE(ABORT, 'not today'); END"];
pub const ALLOWING_EXPOSURE: &str = "DROP TRIGGER refuse";

/// A database with a table that is none of ours.
pub async fn of_somebody_else(folder: &Path) -> Options {
    let other = other(folder).await;
    run(&format!("{}?mode=rwc", other.url), "CREATE TABLE theirs (x INT)").await;
    other
}

/// Whether a column is this id, as SQL.
pub fn is_id(column: &str, simple: &str) -> String {
    format!("{column} = x'{simple}'")
}
