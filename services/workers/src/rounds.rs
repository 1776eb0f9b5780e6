use std::collections::HashMap;
use std::time::Duration;

use baohan_domain::GuaranteeId;
use baohan_ledger::{Context, InTurn, Ledger};
use baohan_projections::{Projection, Projections};
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::error::Error;

/// How many pieces of work are under way at once; documents bound their rendering themselves.
const AT_ONCE_MAX: usize = 8;
/// The wait after the first failure of a piece of work; it doubles.
const WAIT_MIN_SECONDS: i64 = 2;
/// The longest wait: an opening must not wait longer once the cause is mended.
const WAIT_MAX_SECONDS: i64 = 60;
/// How many failures are remembered; behind that the oldest work is simply tried again.
const FAILURES_KEPT_MAX: usize = 10_000;
/// How long a round waits for the projections to show what it did.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(5);
/// A round begins at least so often: time itself brings work.
const ROUND_EVERY: Duration = Duration::from_secs(1);
/// And at most so often while nothing comes of it: under load the projections go on hundreds of times a second, and each look is a question to
/// their database.
const ROUNDS_APART: Duration = Duration::from_millis(50);

/// What a worker is there for.
pub trait Duty: Send + Sync + 'static {
    /// Who did it, in the audit trail and the metrics: `worker:NAME`.
    const NAME: &'static str;

    /// What waits now, the oldest first, bounded.
    fn waiting(
        &self,
        projections: &Projections,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<GuaranteeId>, Error>> + Send;

    /// Does one piece of work; says whether something came of it.
    fn fulfil(
        &self,
        ledger: &Ledger,
        context: Context,
        id: GuaranteeId,
    ) -> impl Future<Output = Result<bool, Error>> + Send;
}

/// A worker's rounds.
pub struct Rounds<D> {
    duty: D,
    ledger: Ledger,
    projections: Projections,
    failures: HashMap<Uuid, Failure>,
}

#[derive(Debug, Clone, Copy)]
struct Failure {
    count: u32,
    again_at: DateTime<Utc>,
}

impl<D: Duty> Rounds<D> {
    /// A worker that has not begun.
    pub fn new(duty: D, ledger: Ledger, projections: Projections) -> Self {
        Self { duty, ledger, projections, failures: HashMap::new() }
    }

    /// Works until it is told to stop; the round under way is finished. Of several processes over one store one works at a
    /// time; where its turn is lost, it drops the round at once.
    pub async fn run(mut self, stop: CancellationToken) {
        let name = D::NAME.replace(':', "/");
        let log = self.ledger.log().clone();
        while let Some(turn) = InTurn::next(&log, &name, &stop).await {
            tokio::select! {
                biased;
                () = turn.lost() => {}
                () = self.work(&stop) => {}
            }
            turn.give_back().await;
        }
    }

    async fn work(&mut self, stop: &CancellationToken) {
        let mut progress = self.projections.watch();
        while !stop.is_cancelled() {
            let apart = tokio::time::sleep(ROUNDS_APART);
            match self.round().await {
                // What was done may bring the next piece of work at once.
                Ok(done) if done > 0 => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(worker = D::NAME, error = %chain(&error), "a round failed"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(ROUND_EVERY) => {}
                changed = progress.changed() => if changed.is_err() { break },
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = apart => {}
            }
        }
    }

    /// Does what waits now; says how many pieces something came of.
    ///
    /// # Errors
    /// When it cannot be seen what waits. What fails within the round is remembered and tried again later.
    pub async fn round(&mut self) -> Result<usize, Error> {
        let now = self.ledger.clock().now();
        let mut waiting = self.duty.waiting(&self.projections, now).await?;
        waiting.retain(|id| self.failures.get(&id.uuid()).is_none_or(|failure| failure.again_at <= now));
        if waiting.is_empty() {
            return Ok(0);
        }
        let (duty, ledger) = (&self.duty, &self.ledger);
        let settled: Vec<_> = futures::stream::iter(waiting)
            .map(|id| async move {
                let context = Context::of(D::NAME, ledger.new_id());
                (id, duty.fulfil(ledger, context, id).await)
            })
            .buffer_unordered(AT_ONCE_MAX)
            .collect()
            .await;
        let mut done = 0;
        for (id, outcome) in settled {
            done += usize::from(self.settle(id, outcome, now));
        }
        if done > 0 {
            // Otherwise the next round would do the same again, and be told so by the log.
            let _ = self.projections.caught_up_with(&Projection::LISTS, CATCH_UP_WITHIN).await;
        }
        Ok(done)
    }

    fn settle(&mut self, id: GuaranteeId, outcome: Result<bool, Error>, now: DateTime<Utc>) -> bool {
        let label = match &outcome {
            Ok(_) => "done",
            Err(error) if error.is_refusal() => "refused",
            Err(_) => "failed",
        };
        metrics::counter!("baohan_worker_pieces_total", "worker" => D::NAME, "outcome" => label).increment(1);
        match outcome {
            Ok(something) => {
                self.failures.remove(&id.uuid());
                something
            }
            Err(error) => {
                if error.is_refusal() {
                    tracing::info!(worker = D::NAME, guarantee = %id, error = %chain(&error), "not done");
                } else {
                    tracing::error!(worker = D::NAME, guarantee = %id, error = %chain(&error), "not done, tried again later");
                }
                self.put_off(id, now);
                false
            }
        }
    }

    fn put_off(&mut self, id: GuaranteeId, now: DateTime<Utc>) {
        if self.failures.len() >= FAILURES_KEPT_MAX {
            self.failures.retain(|_, failure| failure.again_at > now);
        }
        let failure = self.failures.entry(id.uuid()).or_insert(Failure { count: 0, again_at: now });
        let seconds = WAIT_MIN_SECONDS.saturating_mul(1 << failure.count.min(16)).min(WAIT_MAX_SECONDS);
        failure.count = failure.count.saturating_add(1);
        failure.again_at = now + TimeDelta::seconds(seconds);
    }
}

/// An error and what is behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
