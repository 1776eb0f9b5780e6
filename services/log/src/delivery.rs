use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// How the delivery of a notice stands. What the state's text means, the notifier decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The notice: the id of the event that it tells of.
    pub notice_id: Uuid,
    /// Its state, in the notifier's words; empty before the first attempt.
    pub state: String,
    /// How many attempts were made since it was last put back to the start.
    pub attempts: u32,
    /// When it is to be tried next; absent: not by itself.
    pub next_at: Option<DateTime<Utc>>,
    /// Who works on it now.
    pub lease: Option<Lease>,
}

/// The right to work on a delivery, for a while by the store's clock, whatever the clocks of the processes say. It is a fence: what is
/// stored under an older token changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Names the holder.
    pub token: Uuid,
    /// For how long it still holds.
    pub left: Duration,
}

/// One attempt to deliver a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The notice.
    pub notice_id: Uuid,
    /// The attempt's number, as the notifier counts.
    pub number: u32,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// How it ended, in the notifier's words; becomes the delivery's state.
    pub outcome: String,
    /// What the platform said, shortened by the notifier.
    pub reply: Option<String>,
    /// When the notice is to be tried next; absent: not by itself.
    pub next_at: Option<DateTime<Utc>>,
}

/// Whether an attempt moved its delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The delivery moved on, and its lease ended.
    Settled,
    /// Somebody else holds the lease by now: the attempt is kept, the delivery stays as it is.
    LeaseLost,
}

impl Log {
    /// How some deliveries stand; those that nobody worked on yet are missing.
    pub async fn deliveries(&self, notice_ids: &[Uuid]) -> Result<Vec<Delivery>, Error> {
        each!(self.store(), store => store.deliveries(notice_ids).await)
    }

    /// Deliveries that are to be tried at `now` or before and that nobody holds, the most urgent first, at most `limit`.
    pub async fn deliveries_due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<Delivery>, Error> {
        each!(self.store(), store => store.deliveries_due(now, limit).await)
    }

    /// Takes a delivery for `lasts`, or holds it longer under the same token. Absent: somebody else holds it.
    pub async fn lease(
        &self,
        notice_id: Uuid,
        token: Uuid,
        lasts: Duration,
    ) -> Result<Option<Delivery>, Error> {
        each!(self.store(), store => store.lease(notice_id, token, lasts).await)
    }

    /// Keeps an attempt and, under the lease's token, moves its delivery on and ends the lease.
    pub async fn record_attempt(&self, attempt: Attempt, lease_token: Uuid) -> Result<Settled, Error> {
        each!(self.store(), store => store.record_attempt(attempt, lease_token).await)
    }

    /// Moves a delivery on without an attempt and ends the lease: an operator has it tried again, or gives it up.
    /// With `restart` its attempts are counted from 0 again.
    pub async fn reschedule(
        &self,
        notice_id: Uuid,
        state: &str,
        next_at: Option<DateTime<Utc>>,
        restart: bool,
    ) -> Result<Delivery, Error> {
        each!(self.store(), store => store.reschedule(notice_id, state, next_at, restart).await)
    }

    /// The attempts to deliver a notice, in order.
    pub async fn attempts(&self, notice_id: Uuid) -> Result<Vec<Attempt>, Error> {
        each!(self.store(), store => store.attempts(notice_id).await)
    }
}
