//! Every right on a SQLite ledger: no trigger and no check stands in the way.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

/// Which tables an attack may touch, and so which are put back after it.
const LEDGER: [&str; 7] =
    ["events", "heads", "incarnations", "journal", "kept_checkpoints", "kept_cosignatures", "identity"];
const PROJECTIONS: [&str; 4] = ["seal", "timeline", "guarantees", "checkpoints"];

/// Whoever holds both files.
pub struct Rights {
    pub ledger: SqliteConnection,
    pub projections: SqliteConnection,
    /// Which of the two the last attack may have changed.
    touched: (bool, bool),
}

impl Rights {
    /// Over the files of a folder; beside them lies what is put back.
    pub async fn over(folder: &Path) -> Self {
        let ledger = hold(&folder.join("ledger.db"), &LEDGER).await;
        let projections = hold(&folder.join("ledger-projections.db"), &PROJECTIONS).await;
        Self { ledger, projections, touched: (false, false) }
    }

    /// Carries statements out, in one transaction a database. Answers whether anything is other than before; where a database refuses, all
    /// is as before.
    pub async fn attack(&mut self, ledger: &[String], projections: &[String]) -> bool {
        self.touched = (!ledger.is_empty(), !projections.is_empty());
        let done = all(&mut self.ledger, ledger).await && all(&mut self.projections, projections).await;
        let mut differing = 0;
        if self.touched.0 {
            differing += self::differing(&mut self.ledger, &LEDGER).await;
        }
        if self.touched.1 {
            differing += self::differing(&mut self.projections, &PROJECTIONS).await;
        }
        done && differing > 0
    }

    /// The first position at which another row stands than before.
    pub async fn first_that_differs(&mut self) -> Option<i64> {
        let differs = "SELECT min(position) FROM (
            SELECT position FROM (SELECT * FROM main.events EXCEPT SELECT * FROM kept.events)
             UNION ALL SELECT position FROM (SELECT * FROM kept.events EXCEPT SELECT * FROM main.events))";
        sqlx::query_scalar(differs).fetch_one(&mut self.ledger).await.unwrap()
    }

    /// Puts everything back as it was.
    pub async fn undo(&mut self) {
        let (ledger, projections) = std::mem::take(&mut self.touched);
        if ledger {
            put_back(&mut self.ledger, &LEDGER).await;
        }
        if projections {
            put_back(&mut self.projections, &PROJECTIONS).await;
        }
    }

    pub async fn close(self) {
        self.ledger.close().await.unwrap();
        self.projections.close().await.unwrap();
    }
}

/// Drops all triggers.
pub async fn free(connection: &mut SqliteConnection) {
    let triggers = sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    for trigger in triggers.fetch_all(&mut *connection).await.unwrap() {
        let name: String = trigger.get(0);
        sqlx::query(&format!("DROP TRIGGER {name}")).execute(&mut *connection).await.unwrap();
    }
}

async fn hold(file: &Path, tables: &[&str]) -> SqliteConnection {
    let kept = file.with_extension("kept");
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(false)
        .pragma("synchronous", "OFF")
        .pragma("ignore_check_constraints", "ON");
    let mut connection = options.connect().await.unwrap();
    free(&mut connection).await;
    sqlx::query("ATTACH ? AS kept").bind(kept.display().to_string()).execute(&mut connection).await.unwrap();
    for table in tables {
        let copy = format!("CREATE TABLE kept.{table} AS SELECT * FROM main.{table}");
        sqlx::query(&copy).execute(&mut connection).await.unwrap();
    }
    connection
}

async fn all(connection: &mut SqliteConnection, statements: &[String]) -> bool {
    let mut transaction = connection.begin().await.unwrap();
    for statement in statements {
        match sqlx::query(statement).execute(&mut *transaction).await {
            Ok(_) => {}
            // A unique index stands in the way; it is what the record would have met anyway.
            Err(error)
                if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
            {
                return false;
            }
            Err(error) => panic!("{statement}: {error}"),
        }
    }
    transaction.commit().await.unwrap();
    true
}

/// How many tables are other than before.
async fn differing(connection: &mut SqliteConnection, tables: &[&str]) -> usize {
    let mut differing = 0;
    for table in tables {
        differing += usize::from(differs(connection, table).await);
    }
    differing
}

async fn differs(connection: &mut SqliteConnection, table: &str) -> bool {
    let differs = format!(
        "SELECT (SELECT count(*) FROM main.{table}) <> (SELECT count(*) FROM kept.{table})
             OR EXISTS (SELECT * FROM main.{table} EXCEPT SELECT * FROM kept.{table})"
    );
    sqlx::query_scalar(&differs).fetch_one(connection).await.unwrap()
}

async fn put_back(connection: &mut SqliteConnection, tables: &[&str]) {
    for table in tables {
        if differs(connection, table).await {
            let mut transaction = connection.begin().await.unwrap();
            sqlx::query(&format!("DELETE FROM main.{table}")).execute(&mut *transaction).await.unwrap();
            let back = format!("INSERT INTO main.{table} SELECT * FROM kept.{table}");
            sqlx::query(&back).execute(&mut *transaction).await.unwrap();
            transaction.commit().await.unwrap();
        }
    }
}

/// The files of a closed ledger, once more.
pub fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["ledger.db", "ledger-projections.db"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    let documents = crate::stage::documents_folder(copy.path());
    copy_folder(&crate::stage::documents_folder(folder), &documents);
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
