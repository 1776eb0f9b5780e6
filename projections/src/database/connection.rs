use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use sqlx::postgres::{PgConnection, Postgres};
use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{Connection as _, Executor as _};

use super::dialect::Dialect;
use super::row::Row;
use super::statement::Statement;

/// Where statements go: a session, a transaction, or a connection of a pool.
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A connection of one's own.
pub(crate) enum Session {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// All or nothing; nothing, where it is dropped.
pub(crate) enum Transaction<'c> {
    Sqlite(sqlx::Transaction<'c, Sqlite>),
    Postgres(sqlx::Transaction<'c, Postgres>),
}

impl Session {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(session) => Connection::Sqlite(session),
            Self::Postgres(session) => Connection::Postgres(session),
        }
    }

    /// A transaction that writes.
    pub(crate) async fn begin(&mut self) -> Result<Transaction<'_>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(session) => Transaction::Sqlite(session.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(session) => Transaction::Postgres(session.begin().await?),
        })
    }

    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(session) => session.close().await,
            Self::Postgres(session) => session.close().await,
        }
    }
}

impl Transaction<'_> {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction) => Connection::Sqlite(transaction),
            Self::Postgres(transaction) => Connection::Postgres(transaction),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction) => transaction.rollback().await,
        }
    }
}

impl Connection<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A savepoint, within a transaction.
    pub(crate) async fn savepoint(&mut self) -> Result<Transaction<'_>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(connection) => Transaction::Sqlite(connection.begin().await?),
            Self::Postgres(connection) => Transaction::Postgres(connection.begin().await?),
        })
    }

    /// Answers how many rows it wrote. The futures here are boxed: a driver's own would not be known to be `Send` in
    /// tasks.
    pub(crate) fn execute<'a>(
        &'a mut self,
        statement: Statement<'a>,
    ) -> BoxFuture<'a, Result<u64, sqlx::Error>> {
        Box::pin(async move {
            match self {
                Self::Sqlite(connection) => {
                    let done = statement.for_sqlite().execute(&mut **connection).await?;
                    Ok(done.rows_affected())
                }
                Self::Postgres(connection) => {
                    let sql = statement.postgres_sql();
                    let done = statement.for_postgres(&sql).execute(&mut **connection).await?;
                    Ok(done.rows_affected())
                }
            }
        })
    }

    pub(crate) fn fetch_all<'a>(
        &'a mut self,
        statement: Statement<'a>,
    ) -> BoxFuture<'a, Result<Vec<Row>, sqlx::Error>> {
        Box::pin(async move {
            match self {
                Self::Sqlite(connection) => {
                    let rows = statement.for_sqlite().fetch_all(&mut **connection).await?;
                    Ok(rows.into_iter().map(Row::Sqlite).collect())
                }
                Self::Postgres(connection) => {
                    let sql = statement.postgres_sql();
                    let rows = statement.for_postgres(&sql).fetch_all(&mut **connection).await?;
                    Ok(rows.into_iter().map(Row::Postgres).collect())
                }
            }
        })
    }

    pub(crate) async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, sqlx::Error> {
        Ok(self.fetch_all(statement).await?.into_iter().next())
    }

    /// Row by row, until `wants_more` says no.
    pub(crate) fn each<'a, E: From<sqlx::Error> + Send + 'a>(
        &'a mut self,
        statement: Statement<'a>,
        mut wants_more: impl FnMut(Row) -> Result<bool, E> + Send + 'a,
    ) -> BoxFuture<'a, Result<(), E>> {
        Box::pin(async move {
            let sql = statement.postgres_sql();
            let mut rows = match self {
                Self::Sqlite(connection) => {
                    statement.for_sqlite().fetch(&mut **connection).map_ok(Row::Sqlite).boxed()
                }
                Self::Postgres(connection) => {
                    statement.for_postgres(&sql).fetch(&mut **connection).map_ok(Row::Postgres).boxed()
                }
            };
            while let Some(row) = rows.try_next().await? {
                if !wants_more(row)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// A statement of a schema, which takes no values.
    pub(crate) fn run<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(async move {
            match self {
                Self::Sqlite(connection) => connection.execute(sqlx::raw_sql(sql)).await.map(drop),
                Self::Postgres(connection) => connection.execute(sqlx::raw_sql(sql)).await.map(drop),
            }
        })
    }
}
