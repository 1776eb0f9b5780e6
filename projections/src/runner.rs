use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use baohan_log::StoredEvent;
use crate::batch::{Batch, Told};
use crate::checkpoint::{self, Checkpoint};
use crate::database::Session;
use crate::error::Error;
use crate::handle::Projections;
use crate::projection::Projection;
use crate::source::Origin;
use crate::states::States;

/// The most events of a batch: some milliseconds of work, so that readers see progress, and two megabytes of states.
pub const BATCH_EVENTS_MAX: usize = 1_000;
/// Guarantees that are remembered between batches, once or twice as many; two kilobytes each.
const STATES_REMEMBERED: usize = 4_096;
/// How often it looks without having been woken: for a rebuild that the command line asked for.
const IDLE_PAUSE: Duration = Duration::from_secs(1);
/// The pause after a failure, doubled each time up to the longest.
const FAILURE_PAUSE: Duration = Duration::from_millis(100);
const FAILURE_PAUSE_MAX: Duration = Duration::from_secs(5);

/// Applies the log to the projections. One at a time; a second one would only find its work done.
pub struct Runner {
    projections: Projections,
    session: Session,
    states: States,
}

impl Runner {
    pub(crate) async fn new(projections: Projections) -> Result<Self, Error> {
        let mut session = projections.writer().await?;
        checkpoint::try_again(&mut session.connection()).await?;
        Ok(Self { projections, session, states: States::new(STATES_REMEMBERED) })
    }

    /// Goes on until `stop`; a batch that has begun is finished. Failures of a database are tried again for ever.
    pub async fn run(mut self, stop: impl Future<Output = ()> + Send) {
        tokio::pin!(stop);
        let mut wake = self.projections.log().watch();
        let mut failures = 0_u32;
        let mut is_open = true;
        loop {
            wake.borrow_and_update();
            let pause = match self.step().await {
                Ok(applied) => {
                    failures = 0;
                    if applied > 0 { Duration::ZERO } else { IDLE_PAUSE }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    let chain = chain(&error);
                    tracing::warn!(error = %chain, failures, "projections do not go on: {chain}");
                    FAILURE_PAUSE.saturating_mul(1 << failures.min(10)).min(FAILURE_PAUSE_MAX)
                }
            };
            // After a failure a wake-up would only bring the next one.
            let can_wake = failures == 0;
            tokio::select! {
                biased;
                () = &mut stop => break,
                changed = wake.changed(), if can_wake && is_open => is_open = changed.is_ok(),
                () = self.projections.asked(), if can_wake => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One batch in every shard. Answers how many events it applied; 0: all that can be applied is.
    ///
    /// # Errors
    /// When the log or the database is not available; nothing is half done.
    pub async fn step(&mut self) -> Result<usize, Error> {
        let mut applied = 0;
        for shard in 0..self.projections.log().shards() {
            applied += self.step_in(shard).await?;
        }
        if applied > 0 {
            self.projections.tick();
        }
        Ok(applied)
    }

    /// Steps until nothing is left to apply.
    ///
    /// # Errors
    /// As [`Runner::step`].
    pub async fn catch_up(&mut self) -> Result<usize, Error> {
        let mut applied = 0;
        loop {
            match self.step().await? {
                0 => return Ok(applied),
                more => applied += more,
            }
        }
    }

    /// Projections at the same position go together. The foremost go to the head; those behind (built anew) go on
    /// beside them, and meet them exactly.
    async fn step_in(&mut self, shard: u16) -> Result<usize, Error> {
        let mut checkpoints = checkpoint::of_shard(&mut self.session.connection(), shard).await?;
        let mut groups: BTreeMap<u64, Vec<Projection>> = BTreeMap::new();
        for checkpoint in checkpoints.iter().filter(|checkpoint| checkpoint.stopped.is_none()) {
            groups.entry(checkpoint.position).or_default().push(checkpoint.projection);
        }
        let mut applied = 0;
        let mut up_to = self.projections.log().head(shard);
        for (position, projections) in groups.into_iter().rev() {
            if position >= up_to {
                continue;
            }
            let limit = usize::try_from(up_to - position).unwrap_or(BATCH_EVENTS_MAX).min(BATCH_EVENTS_MAX);
            let records = self.projections.log().read(shard, position, limit).await?;
            follows(shard, position, &records)?;
            applied += self.apply(shard, projections, &records, &mut checkpoints).await?;
            up_to = position;
        }
        Ok(applied)
    }

    async fn apply(
        &mut self,
        shard: u16,
        projections: Vec<Projection>,
        records: &[StoredEvent],
        checkpoints: &mut [Checkpoint],
    ) -> Result<usize, Error> {
        let reads_events = projections.iter().any(|projection| projection.reads_events());
        let told = if reads_events {
            Told::read(records, &mut self.states, &mut self.session.connection(), self.projections.log()).await?
        } else {
            Told::default()
        };
        let batch = Batch { shard, projections, records, told, source: Origin::Store };
        let Some(moved) = batch.write(checkpoints, &mut self.session).await? else { return Ok(0) };
        batch.told.remember(&mut self.states);
        for now in moved {
            if let Some(stopped) = &now.stopped {
                let (name, position, cause) = (now.projection.name(), stopped.position, &stopped.cause);
                tracing::error!(
                    projection = name, shard, position, cause = %cause,
                    "projection {name} stops at position {position} of shard {shard}: {cause}"
                );
            }
            if let Some(old) = checkpoints.iter_mut().find(|old| old.projection == now.projection) {
                *old = now;
            }
        }
        Ok(records.len())
    }
}

/// The log promises positions without gaps; what does not keep it is not applied.
fn follows(shard: u16, after: u64, records: &[StoredEvent]) -> Result<(), Error> {
    for (expected, stored) in (after + 1..).zip(records) {
        if stored.position != expected {
            return Err(Error::Gap { shard, expected, found: stored.position });
        }
    }
    Ok(())
}

fn chain(error: &Error) -> String {
    let mut line = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        line.push_str(": ");
        line.push_str(&error.to_string());
        source = error.source();
    }
    line
}
