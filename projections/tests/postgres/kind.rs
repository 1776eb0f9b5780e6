//! The projections' database of this suite: PostgreSQL, one a stage.

#![allow(clippy::unused_async, reason = "another suite waits for a server in the same place")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use baohan_log::Now;
use baohan_projections::Options;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

/// The database of each folder, so that a stage that is opened again finds its own.
static STAGES: LazyLock<Mutex<HashMap<PathBuf, String>>> = LazyLock::new(Mutex::default);

/// The store of the stage in this folder: SQLite.
pub async fn store(folder: &Path, now: Now) -> baohan_log::Options {
    baohan_log::Options::new(format!("sqlite:{}", folder.join("ledger.db").display()), now)
}

/// The database of the stage in this folder.
pub async fn options(folder: &Path) -> Options {
    let known = STAGES.lock().unwrap().get(folder).cloned();
    let url = match known {
        Some(url) => url,
        None => baohan_servers::database().await.url,
    };
    STAGES.lock().unwrap().insert(folder.to_owned(), url.clone());
    Options::at(url)
}

/// One more, empty.
pub async fn other(_folder: &Path) -> Options {
    Options::at(baohan_servers::database().await.url)
}

pub async fn run(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute("SET search_path = projections").await.unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// An id of nothing but zeros, as a literal.
pub const NIL: &str = "'00000000-0000-0000-0000-000000000000'";
/// How many random lives are tried: the suite over SQLite tries more, and each makes two databases here.
pub const RANDOM_LIVES: u32 = 12;
/// What makes the database refuse rows of one projection, and no more.
pub const REFUSING_EXPOSURE: [&str; 2] = [
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$",
    "CREATE TRIGGER refuse BEFORE INSERT ON exposure FOR EACH ROW EXECUTE FUNCTION refuse()",
];
pub const ALLOWING_EXPOSURE: &str = "DROP TRIGGER refuse ON exposure";

/// A database with a table that is none of ours.
pub async fn of_somebody_else(folder: &Path) -> Options {
    let other = other(folder).await;
    run(&other.url, "CREATE SCHEMA projections; CREATE TABLE projections.theirs (x INT)").await;
    other
}

/// Whether a column is this id, as SQL.
pub fn is_id(column: &str, simple: &str) -> String {
    format!("{column} = '{simple}'")
}
