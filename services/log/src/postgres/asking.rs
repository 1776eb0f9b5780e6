use std::time::Duration;

use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::query::Query;

use super::connection::within;
use super::store::Store;
use crate::error::Error;
use crate::fault;

/// How long an answer may take in all, in milliseconds: beyond the statement's own time the server or the line hangs.
const ANSWER_MS: u64 = 32_000;
/// How often a statement is asked again whose answer got lost, or where others were faster.
const TRIES: usize = 4;
/// How long to wait before it is asked again, in milliseconds.
const AGAIN_MS: u64 = 50;

/// A statement with its values.
pub(super) type Asked<'q> = Query<'q, Postgres, PgArguments>;

impl Store {
    /// Asks for what changes nothing; again where a connection broke that nobody had used for a while.
    pub(super) async fn rows<'q>(&self, ask: impl Fn() -> Asked<'q>) -> Result<Vec<PgRow>, Error> {
        let mut tries = 1;
        loop {
            match rows(self.pool(), &ask).await {
                Err(error) if tries < TRIES && (fault::is_lost(&error) || fault::is_passing(&error)) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(AGAIN_MS)).await;
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// Asks for one row that need not be there.
    pub(super) async fn maybe_row<'q>(&self, ask: impl Fn() -> Asked<'q>) -> Result<Option<PgRow>, Error> {
        Ok(self.rows(ask).await?.into_iter().next())
    }

    /// Writes by a statement that can be asked twice and is done once: so it is asked again where its answer got lost.
    pub(super) async fn written<'q>(&self, ask: impl Fn() -> Asked<'q>) -> Result<Option<PgRow>, Error> {
        self.must_write()?;
        self.maybe_row(ask).await
    }

    /// The same, where an answer is sure to come.
    pub(super) async fn written_row<'q>(&self, ask: impl Fn() -> Asked<'q>) -> Result<PgRow, Error> {
        let row = self.written(ask).await?;
        row.ok_or_else(|| Error::Damaged("no row came back".to_owned()))
    }
}

/// A connection that goes back to the pool when its answer has come. Until then it is closed where it is dropped: the pool would wait for
/// the answer, which a line that hangs never brings.
struct Borrowed(Option<PoolConnection<Postgres>>);

impl Borrowed {
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

/// Asks once.
pub(super) async fn rows<'q>(pool: &PgPool, ask: impl Fn() -> Asked<'q>) -> Result<Vec<PgRow>, sqlx::Error> {
    let mut borrowed = Borrowed(Some(pool.acquire().await?));
    let answer = match &mut borrowed.0 {
        Some(connection) => within(ANSWER_MS, ask().fetch_all(&mut **connection)).await,
        None => return Err(sqlx::Error::PoolClosed),
    };
    if !answer.as_ref().is_err_and(fault::is_lost) {
        borrowed.give_back();
    }
    answer
}
