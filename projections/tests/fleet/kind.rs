//! The databases of this suite: store and projections in one of PostgreSQL, one a stage.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use baohan_log::Now;
use baohan_projections::Options;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

/// The database of each folder, so that a stage that is opened again finds its own.
static STAGES: LazyLock<Mutex<HashMap<PathBuf, String>>> = LazyLock::new(Mutex::default);

/// How many shards a store of this suite has.
pub const SHARDS: u16 = 3;

/// The store of the stage in this folder, in the same database.
pub async fn store(folder: &Path, now: Now) -> baohan_log::Options {
    baohan_log::Options::new(options(folder).await.url, now).with_shards(SHARDS).with_connections(4)
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

/// How many random lives are tried: the suite over SQLite tries more, and each makes two databases here.
pub const RANDOM_LIVES: u32 = 12;
/// Whether a column is this id, as SQL.
pub fn is_id(column: &str, simple: &str) -> String {
    format!("{column} = '{simple}'")
}
