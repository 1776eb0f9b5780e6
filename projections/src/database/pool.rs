use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, Postgres};
use sqlx::sqlite::{Sqlite, SqlitePool};

use super::connection::{Connection, Transaction};
use super::row::Row;
use super::statement::Statement;

/// The readers' connections.
#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A connection that goes back to its pool.
pub(crate) enum Pooled {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Pooled {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

impl Pool {
    pub(crate) async fn acquire(&self) -> Result<Pooled, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => Pooled::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Pooled::Postgres(pool.acquire().await?),
        })
    }

    pub(crate) async fn fetch_all(&self, statement: Statement<'_>) -> Result<Vec<Row>, sqlx::Error> {
        self.acquire().await?.connection().fetch_all(statement).await
    }

    pub(crate) async fn fetch_optional(&self, statement: Statement<'_>) -> Result<Option<Row>, sqlx::Error> {
        self.acquire().await?.connection().fetch_optional(statement).await
    }

    /// The one row that there always is.
    pub(crate) async fn fetch_one(&self, statement: Statement<'_>) -> Result<Row, sqlx::Error> {
        self.fetch_optional(statement).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// What is read in it stands at one moment. The tables are named, since one that is built anew may take its place
    /// meanwhile: PostgreSQL would look into the new one with the eyes of the old moment and miss rows, so they are
    /// held from before that moment on. SQLite's moment holds the tables as well.
    pub(crate) async fn snapshot(&self, tables: &[&str]) -> Result<Transaction<'static>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let mut transaction = Transaction::Postgres(pool.begin_with(begin).await?);
                if !tables.is_empty() {
                    let lock = format!("LOCK TABLE {} IN ACCESS SHARE MODE", tables.join(", "));
                    transaction.connection().run(&lock).await?;
                }
                transaction
            }
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
