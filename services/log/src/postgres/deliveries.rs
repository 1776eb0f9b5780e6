use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::column::{maybe_small, number, small, stored};
use super::store::Store;
use crate::delivery::{Attempt, Delivery, Lease, Settled};
use crate::error::Error;

/// What is read of a delivery, in the order of [`delivery`].
macro_rules! columns {
    () => {
        "d.notice_id, d.state, d.attempts, d.next_at, d.lease_token,
            extract(epoch FROM d.leased_until - clock_timestamp())::float8"
    };
}

/// What is read of an attempt, in the order of [`attempt`].
macro_rules! attempt_columns {
    () => {
        "number, started_at, duration_ms, status, outcome, next_at, reply, notice_id"
    };
}

/// Every delivery; read by [`delivery`].
pub(super) const SELECT_ALL: &str =
    concat!("SELECT ", columns!(), " FROM deliveries AS d ORDER BY d.notice_id");
/// Every attempt in order; read by [`attempt`].
pub(super) const SELECT_ATTEMPTS: &str =
    concat!("SELECT ", attempt_columns!(), " FROM attempts ORDER BY attempt");

pub(super) fn delivery(row: &PgRow) -> Result<Delivery, Error> {
    let (token, left): (Option<Uuid>, Option<f64>) = (row.try_get(4)?, row.try_get(5)?);
    let left = left.and_then(|left| Duration::try_from_secs_f64(left).ok()).filter(|left| !left.is_zero());
    let lease = token.zip(left).map(|(token, left)| Lease { token, left });
    Ok(Delivery {
        notice_id: row.try_get(0)?,
        state: row.try_get(1)?,
        attempts: small(row, 2)?,
        next_at: row.try_get(3)?,
        lease,
    })
}

pub(super) fn attempt(row: &PgRow) -> Result<Attempt, Error> {
    Ok(Attempt {
        number: small(row, 0)?,
        started_at: row.try_get(1)?,
        duration_ms: number(row, 2)?,
        status: maybe_small(row, 3)?,
        outcome: row.try_get(4)?,
        next_at: row.try_get(5)?,
        reply: row.try_get(6)?,
        notice_id: row.try_get(7)?,
    })
}

impl Store {
    pub(crate) async fn deliveries(&self, notice_ids: &[Uuid]) -> Result<Vec<Delivery>, Error> {
        let select = concat!("SELECT ", columns!(), " FROM deliveries AS d WHERE d.notice_id = ANY ($1)");
        let rows = self.rows(|| sqlx::query(select).bind(notice_ids)).await?;
        rows.iter().map(delivery).collect()
    }

    pub(crate) async fn deliveries_due(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Delivery>, Error> {
        let select = concat!(
            "SELECT ",
            columns!(),
            " FROM deliveries AS d WHERE d.next_at <= $1 AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())
               ORDER BY d.next_at LIMIT $2"
        );
        let rows = self.rows(|| sqlx::query(select).bind(now).bind(i64::from(limit))).await?;
        rows.iter().map(delivery).collect()
    }

    /// Nothing comes back where somebody else holds it: the update's condition is the fence, and the server's clock tells its end.
    pub(crate) async fn lease(
        &self,
        notice_id: Uuid,
        token: Uuid,
        lasts: Duration,
    ) -> Result<Option<Delivery>, Error> {
        let take = concat!(
            "INSERT INTO deliveries AS d (notice_id, state, attempts, lease_token, leased_until) VALUES ($1, '', 0, $2, clock_timestamp() + make_interval(secs => $3))
             ON CONFLICT (notice_id) DO UPDATE SET lease_token = excluded.lease_token, leased_until = excluded.leased_until
              WHERE d.lease_token IS NULL OR d.lease_token = excluded.lease_token OR d.leased_until <= clock_timestamp()
             RETURNING ",
            columns!()
        );
        let row =
            self.written(|| sqlx::query(take).bind(notice_id).bind(token).bind(lasts.as_secs_f64())).await?;
        row.as_ref().map(delivery).transpose()
    }

    pub(crate) async fn record_attempt(&self, attempt: Attempt, lease_token: Uuid) -> Result<Settled, Error> {
        let (id, attempt) = (Uuid::new_v4(), &attempt);
        let moved = self
            .written_row(|| {
                sqlx::query("SELECT baohan_settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
                    .bind(id)
                    .bind(attempt.notice_id)
                    .bind(i32::try_from(attempt.number).unwrap_or(i32::MAX))
                    .bind(attempt.started_at)
                    .bind(stored(attempt.duration_ms))
                    .bind(attempt.status.map(i32::from))
                    .bind(&attempt.outcome)
                    .bind(attempt.next_at)
                    .bind(&attempt.reply)
                    .bind(lease_token)
            })
            .await?;
        Ok(if moved.try_get(0)? { Settled::Settled } else { Settled::LeaseLost })
    }

    pub(crate) async fn reschedule(
        &self,
        notice_id: Uuid,
        state: &str,
        next_at: Option<DateTime<Utc>>,
        restart: bool,
    ) -> Result<Delivery, Error> {
        let put_back = concat!(
            "INSERT INTO deliveries AS d (notice_id, state, attempts, next_at) VALUES ($1, $2, 0, $3)
             ON CONFLICT (notice_id) DO UPDATE SET state = excluded.state, next_at = excluded.next_at,
                attempts = CASE WHEN $4 THEN 0 ELSE d.attempts END, lease_token = NULL, leased_until = NULL
             RETURNING ",
            columns!()
        );
        let row = self
            .written_row(|| sqlx::query(put_back).bind(notice_id).bind(state).bind(next_at).bind(restart))
            .await?;
        delivery(&row)
    }

    pub(crate) async fn attempts(&self, notice_id: Uuid) -> Result<Vec<Attempt>, Error> {
        let select =
            concat!("SELECT ", attempt_columns!(), " FROM attempts WHERE notice_id = $1 ORDER BY attempt");
        let rows = self.rows(|| sqlx::query(select).bind(notice_id)).await?;
        rows.iter().map(attempt).collect()
    }
}
