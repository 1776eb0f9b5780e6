//! The same key with the same content gets the same answer, with other content none. What is kept is not the answer's text but
//! where in the guarantee's story it was given: told again, it is folded up to there.

use baohan_domain::GuaranteeId;
use baohan_ledger::{History, Recorded};
use baohan_log::IdempotencyRecord;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::asked::Key;
use crate::office::Office;
use crate::problem::{self, Problem};
use crate::view::Then;

/// Where in a guarantee's story a write was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Point {
    /// At the last event that the call of this id brought about.
    Correlation(Uuid),
    /// At this many events: nothing came of the call, since the same was asked before.
    Version(u64),
}

/// What is kept as the body of an idempotency record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    guarantee: GuaranteeId,
    at: Point,
}

/// The status of every write that is kept.
const STATUS_OK: u16 = 200;

impl Office {
    /// The record that goes into the log with the events of this call.
    pub(crate) fn record_of_change(
        &self,
        key: &Key,
        id: GuaranteeId,
        call: Uuid,
    ) -> Result<IdempotencyRecord, Problem> {
        self.record(key, Kept { guarantee: id, at: Point::Correlation(call) })
    }

    /// Keeps that a call brought nothing about, unless its key was kept in the meantime; answers the point that holds.
    pub(crate) async fn remember_repeat(
        &self,
        key: &Key,
        id: GuaranteeId,
        version: u64,
    ) -> Result<Then, Problem> {
        let record = self.record(key, Kept { guarantee: id, at: Point::Version(version) })?;
        let kept = self.log().remember(record).await?;
        self.as_told(key, &kept).await
    }

    /// The guarantee as it was told under this key, if it was.
    pub(crate) async fn told_before(&self, key: &Key) -> Result<Option<Then>, Problem> {
        match self.log().idempotency(&key.scoped).await? {
            None => Ok(None),
            Some(kept) => self.as_told(key, &kept).await.map(Some),
        }
    }

    fn record(&self, key: &Key, kept: Kept) -> Result<IdempotencyRecord, Problem> {
        Ok(IdempotencyRecord {
            key: key.scoped.clone(),
            content_sm3: key.content_sm3.clone(),
            status: STATUS_OK,
            body: serde_json::to_vec(&kept).map_err(|error| Problem::internal(&error))?,
            at: self.ledger().now(),
        })
    }

    async fn as_told(&self, key: &Key, record: &IdempotencyRecord) -> Result<Then, Problem> {
        if record.content_sm3 != key.content_sm3 {
            let detail = format!("幂等键 {} 已用于另一内容的请求，请换用新的幂等键", key.given);
            return Err(Problem::of(problem::IDEMPOTENCY_KEY_REUSED, detail));
        }
        let kept: Kept = serde_json::from_slice(&record.body).map_err(|error| Problem::internal(&error))?;
        let history = self.ledger().history(kept.guarantee).await?;
        Ok(up_to(&history, kept.at))
    }
}

/// The story up to a point.
fn up_to(history: &History, point: Point) -> Then {
    let is_of = |call, recorded: &Recorded| correlation(&recorded.stored.metadata) == Some(call);
    match point {
        Point::Version(version) => Then::at(history, |recorded| recorded.stored.sequence <= version),
        Point::Correlation(call) => {
            let last = history.recorded.iter().rev().find(|recorded| is_of(call, recorded));
            let version = last.map_or(u64::MAX, |last| last.stored.sequence);
            Then::at(history, |recorded| recorded.stored.sequence <= version)
        }
    }
}

fn correlation(metadata: &str) -> Option<Uuid> {
    #[derive(Deserialize)]
    struct Metadata {
        correlation_id: Option<Uuid>,
    }
    serde_json::from_str::<Metadata>(metadata).ok()?.correlation_id
}
