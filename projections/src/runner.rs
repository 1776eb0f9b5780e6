use std::future::Future;
use std::time::{Duration, Instant};

use baohan_log::Log;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::applier::{Applier, BATCH_EVENTS_MAX};
use crate::checkpoint;
use crate::error::Error;
use crate::handle::{Held, Projections};
use crate::projection::Projection;
use crate::rebuild;

/// How often it looks without having been woken.
const IDLE_PAUSE: Duration = Duration::from_secs(1);
/// The pause after a failure, doubled each time up to the longest.
const FAILURE_PAUSE: Duration = Duration::from_millis(100);
const FAILURE_PAUSE_MAX: Duration = Duration::from_secs(5);
/// A batch takes some milliseconds, or some seconds while it waits for a topic. After so long the line to a database has
/// gone without a word, and another is taken.
const STEP_LASTS_MAX: Duration = Duration::from_mins(1);
/// How long a turn lasts unless it is renewed: after a process has ended, its shards rest for so long.
const TURN_LASTS: Duration = Duration::from_secs(6);
/// How often it is asked for a turn that another has.
const TURN_ASKED: Duration = Duration::from_secs(1);

/// Applies the log to the projections. In several processes each shard is applied by one at a time, by turns; a second
/// one that believes that it has the turn would find its checkpoints moved, and write nothing.
pub struct Runner {
    projections: Projections,
    members: Vec<Projection>,
    /// Those of each shard that are stepped by hand.
    appliers: Vec<Vec<Applier>>,
}

impl Runner {
    pub(crate) async fn new(projections: Projections, members: Vec<Projection>) -> Result<Self, Error> {
        let mut session = projections.writer().await?;
        checkpoint::try_again(&mut session.connection()).await?;
        session.close().await?;
        let shards = 0..projections.log().shards();
        let appliers = shards.map(|shard| Applier::of_shard(&projections, shard, &members)).collect();
        Ok(Self { projections, members, appliers })
    }

    /// Goes on until `stop`, and builds anew what is asked for; a batch that has begun is finished. Failures of a
    /// database are tried again for ever.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let (ends, ending) = watch::channel(false);
        // Dropped with this future, they end as well.
        let mut tasks = JoinSet::new();
        drop(self.appliers);
        for shard in 0..self.projections.log().shards() {
            tasks.spawn(keep(shard, self.members.clone(), self.projections.clone(), ending.clone()));
        }
        tasks.spawn(rebuild::keep(self.projections, ending));
        stop.await;
        ends.send_replace(true);
        while tasks.join_next().await.is_some() {}
    }

    /// One batch in every shard; the seal comes after with all that there is. Answers how many events it applied; 0: all that can be applied is.
    ///
    /// # Errors
    /// When the log or the database is not available; nothing is half done.
    pub async fn step(&mut self) -> Result<usize, Error> {
        let mut applied = 0;
        for of_shard in &mut self.appliers {
            let Some((first, others)) = of_shard.split_first_mut() else { continue };
            applied += first.step().await?;
            for other in others {
                // It takes the same events, which count once.
                while other.step().await? > 0 {}
            }
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
}

/// Applies a shard whenever it is our turn.
async fn keep(
    shard: u16,
    members: Vec<Projection>,
    projections: Projections,
    mut ending: watch::Receiver<bool>,
) {
    let name = format!("shard-{shard}");
    let mut failures = 0;
    while !*ending.borrow() {
        let pause = match projections.take_turn(&name, TURN_LASTS).await {
            Ok(Some(tenure)) => {
                failures = 0;
                let appliers = Applier::of_shard(&projections, shard, &members);
                work(appliers, &projections, &tenure, &ending).await;
                tenure.release().await;
                Duration::ZERO
            }
            Ok(None) => TURN_ASKED,
            Err(error) => pause_after(&error, &mut failures),
        };
        wait(pause, &mut ending).await;
    }
}

/// Until the end, or until the turn is lost: what is under way is then dropped at once, and the database takes it back.
async fn work(
    appliers: Vec<Applier>,
    projections: &Projections,
    tenure: &Held,
    ending: &watch::Receiver<bool>,
) {
    let shard = appliers.first().map_or(0, |applier| applier.shard);
    let mut working = JoinSet::new();
    for applier in appliers {
        working.spawn(go_on(applier, projections.log().clone(), projections.hurry(), ending.clone()));
    }
    tokio::select! {
        () = tenure.lost() => {
            tracing::warn!(shard, "the turn to apply shard {shard} is lost: another process goes on with it");
        }
        () = async { while working.join_next().await.is_some() {} } => {}
    }
    working.shutdown().await;
}

async fn go_on(
    mut applier: Applier,
    log: Log,
    mut hurry: watch::Receiver<u64>,
    mut ending: watch::Receiver<bool>,
) {
    let mut wake = log.watch();
    let mut failures = 0;
    let mut is_open = true;
    while !*ending.borrow() {
        wake.borrow_and_update();
        hurry.borrow_and_update();
        let began = Instant::now();
        let step = tokio::time::timeout(STEP_LASTS_MAX, applier.step());
        let pause = match step.await.unwrap_or(Err(Error::Hangs)) {
            Ok(0) => {
                failures = 0;
                IDLE_PAUSE
            }
            Ok(events) => {
                failures = 0;
                if events < BATCH_EVENTS_MAX {
                    let gathers = applier.gathering.after(began.elapsed());
                    tokio::select! {
                        biased;
                        () = wait(gathers, &mut ending) => {}
                        _ = hurry.changed(), if applier.gathering.can_hurry() => {}
                    }
                }
                continue;
            }
            Err(error) => pause_after(&error, &mut failures),
        };
        // After a failure a wake-up would only bring the next one.
        let can_wake = failures == 0;
        tokio::select! {
            biased;
            _ = ending.changed() => {}
            changed = wake.changed(), if can_wake && is_open => is_open = changed.is_ok(),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Waits, unless the end comes first.
pub(crate) async fn wait(pause: Duration, ending: &mut watch::Receiver<bool>) {
    if pause.is_zero() || *ending.borrow() {
        return;
    }
    tokio::select! {
        _ = ending.changed() => {}
        () = tokio::time::sleep(pause) => {}
    }
}

/// Says what went wrong, and how long to wait.
pub(crate) fn pause_after(error: &Error, failures: &mut u32) -> Duration {
    *failures = failures.saturating_add(1);
    let (chain, failures) = (chain(error), *failures);
    tracing::warn!(error = %chain, failures, "projections do not go on: {chain}");
    FAILURE_PAUSE.saturating_mul(1 << failures.min(10)).min(FAILURE_PAUSE_MAX)
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
