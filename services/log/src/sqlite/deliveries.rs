use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::column::{self, stored};
use super::store::Store;
use crate::delivery::{Attempt, Delivery, Lease, Settled};
use crate::error::Error;

/// What is read of a delivery, in the order of [`delivery`].
macro_rules! columns {
    () => {
        "notice_id, state, attempts, next_at, lease_token, leased_until"
    };
}

/// What is read of an attempt, in the order of [`attempt`].
macro_rules! attempt_columns {
    () => {
        "number, started_at, duration_ms, status, outcome, next_at, reply, notice_id"
    };
}

/// Every delivery; read by [`delivery`].
pub(super) const SELECT_ALL: &str = concat!("SELECT ", columns!(), " FROM deliveries ORDER BY notice_id");
/// Every attempt in order; read by [`attempt`].
pub(super) const SELECT_ATTEMPTS: &str =
    concat!("SELECT ", attempt_columns!(), " FROM attempts ORDER BY attempt");

/// A delivery as it stands at a moment of the store's clock.
pub(super) fn delivery(row: &SqliteRow, now: DateTime<Utc>) -> Result<Delivery, Error> {
    let (token, until) = (column::maybe_id(row, 4)?, column::maybe_time(row, 5)?);
    let left = until.and_then(|until| (until - now).to_std().ok()).filter(|left| !left.is_zero());
    let lease = token.zip(left).map(|(token, left)| Lease { token, left });
    Ok(Delivery {
        notice_id: column::id(row, 0)?,
        state: column::text(row, 1)?,
        attempts: column::small(row, 2)?,
        next_at: column::maybe_time(row, 3)?,
        lease,
    })
}

pub(super) fn attempt(row: &SqliteRow) -> Result<Attempt, Error> {
    Ok(Attempt {
        number: column::small(row, 0)?,
        started_at: column::time(row, 1)?,
        duration_ms: column::number(row, 2)?,
        status: column::maybe_small(row, 3)?,
        outcome: column::text(row, 4)?,
        next_at: column::maybe_time(row, 5)?,
        reply: column::maybe_text(row, 6)?,
        notice_id: column::id(row, 7)?,
    })
}

impl Store {
    pub(crate) async fn deliveries(&self, notice_ids: &[Uuid]) -> Result<Vec<Delivery>, Error> {
        let ids: Vec<String> = notice_ids.iter().map(|id| id.simple().to_string()).collect();
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM deliveries WHERE notice_id IN (SELECT unhex(value) FROM json_each(?))"
        ))
        .bind(serde_json::Value::from(ids).to_string())
        .fetch_all(self.readers())
        .await?;
        let now = self.now();
        rows.iter().map(|row| delivery(row, now)).collect()
    }

    pub(crate) async fn deliveries_due(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Delivery>, Error> {
        let held_at = self.now();
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM deliveries WHERE next_at <= ?1 AND (leased_until IS NULL OR leased_until <= ?2) ORDER BY next_at LIMIT ?3"
        ))
        .bind(now.timestamp_micros())
        .bind(held_at.timestamp_micros())
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|row| delivery(row, held_at)).collect()
    }

    pub(crate) async fn lease(
        &self,
        notice_id: Uuid,
        token: Uuid,
        lasts: Duration,
    ) -> Result<Option<Delivery>, Error> {
        let now = self.now();
        self.write(move |connection| {
            async move { take(connection, notice_id, token, lasts, now).await }.boxed()
        })
        .await
    }

    pub(crate) async fn record_attempt(&self, attempt: Attempt, lease_token: Uuid) -> Result<Settled, Error> {
        self.write(move |connection| {
            let attempt = attempt.clone();
            async move { settle(connection, &attempt, lease_token).await }.boxed()
        })
        .await
    }

    pub(crate) async fn reschedule(
        &self,
        notice_id: Uuid,
        state: &str,
        next_at: Option<DateTime<Utc>>,
        restart: bool,
    ) -> Result<Delivery, Error> {
        let (state, now) = (state.to_owned(), self.now());
        self.write(move |connection| {
            let state = state.clone();
            async move { put_back(connection, notice_id, &state, next_at, restart, now).await }.boxed()
        })
        .await
    }

    pub(crate) async fn attempts(&self, notice_id: Uuid) -> Result<Vec<Attempt>, Error> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            attempt_columns!(),
            " FROM attempts WHERE notice_id = ? ORDER BY attempt"
        ))
        .bind(notice_id.as_bytes().as_slice())
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(attempt).collect()
    }
}

/// Nothing comes back where somebody else holds it: the update's condition is the fence.
async fn take(
    connection: &mut SqliteConnection,
    notice_id: Uuid,
    token: Uuid,
    lasts: Duration,
    now: DateTime<Utc>,
) -> Result<Option<Delivery>, Error> {
    let until = TimeDelta::from_std(lasts).ok().and_then(|lasts| now.checked_add_signed(lasts));
    let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let row = sqlx::query(concat!(
        "INSERT INTO deliveries (notice_id, state, attempts, lease_token, leased_until) VALUES (?1, '', 0, ?2, ?3)
         ON CONFLICT (notice_id) DO UPDATE SET lease_token = excluded.lease_token, leased_until = excluded.leased_until
          WHERE lease_token IS NULL OR lease_token = excluded.lease_token OR leased_until <= ?4
         RETURNING ",
        columns!()
    ))
    .bind(notice_id.as_bytes().as_slice())
    .bind(token.as_bytes().as_slice())
    .bind(until.timestamp_micros())
    .bind(now.timestamp_micros())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(|row| delivery(row, now)).transpose()
}

async fn settle(
    connection: &mut SqliteConnection,
    attempt: &Attempt,
    lease_token: Uuid,
) -> Result<Settled, Error> {
    sqlx::query(
        "INSERT INTO attempts (notice_id, number, started_at, duration_ms, status, outcome, next_at, reply) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(attempt.notice_id.as_bytes().as_slice())
    .bind(attempt.number)
    .bind(attempt.started_at.timestamp_micros())
    .bind(stored(attempt.duration_ms))
    .bind(attempt.status)
    .bind(&attempt.outcome)
    .bind(attempt.next_at.map(|at| at.timestamp_micros()))
    .bind(&attempt.reply)
    .execute(&mut *connection)
    .await?;
    let moved = sqlx::query(
        "UPDATE deliveries SET state = ?, attempts = attempts + 1, next_at = ?, lease_token = NULL, leased_until = NULL
          WHERE notice_id = ? AND lease_token = ?",
    )
    .bind(&attempt.outcome)
    .bind(attempt.next_at.map(|at| at.timestamp_micros()))
    .bind(attempt.notice_id.as_bytes().as_slice())
    .bind(lease_token.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(if moved.rows_affected() == 1 { Settled::Settled } else { Settled::LeaseLost })
}

async fn put_back(
    connection: &mut SqliteConnection,
    notice_id: Uuid,
    state: &str,
    next_at: Option<DateTime<Utc>>,
    restart: bool,
    now: DateTime<Utc>,
) -> Result<Delivery, Error> {
    let row = sqlx::query(concat!(
        "INSERT INTO deliveries (notice_id, state, attempts, next_at) VALUES (?1, ?2, 0, ?3)
         ON CONFLICT (notice_id) DO UPDATE SET state = excluded.state, next_at = excluded.next_at,
            attempts = CASE WHEN ?4 THEN 0 ELSE attempts END, lease_token = NULL, leased_until = NULL
         RETURNING ",
        columns!()
    ))
    .bind(notice_id.as_bytes().as_slice())
    .bind(state)
    .bind(next_at.map(|at| at.timestamp_micros()))
    .bind(restart)
    .fetch_one(connection)
    .await?;
    delivery(&row, now)
}
