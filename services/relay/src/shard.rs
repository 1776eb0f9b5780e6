use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use baohan_log::{Log, Tenure};
use baohan_topics::Settings;
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::failure::Failure;
use crate::session;
use crate::standing::Phase;

/// The first pause after a failure, and the longest. A broker that is away for an hour is asked some hundred times.
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// How often a shard that has stopped at a fence compares again: whoever mends the store need not restart anything.
const FENCE_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// How many times in a turn's length a turn that is another's is asked for.
const ASKED_A_TURN: u32 = 3;

/// Publishing of one shard, turn after turn.
pub(crate) struct Shard {
    pub number: u16,
    pub log: Log,
    pub settings: Settings,
    pub board: Arc<Board>,
    /// How long a turn lasts unless it is renewed.
    pub turn: Duration,
    /// Guarantees that are remembered.
    pub guarantees_max: usize,
}

/// Pauses after failures, each longer than the one before, with some chance in them, so that shards do not come all at once.
pub(crate) fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(PAUSE_MIN)
        .with_max_delay(PAUSE_MAX)
        .with_jitter()
        .without_max_times()
        .build()
}

impl Shard {
    /// Takes the turn whenever it is free, and publishes while it is held.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let name = format!("relay/shard-{}", self.number);
        let mut pauses = pauses();
        while !stop.is_cancelled() {
            let pause = match self.log.take_turn(&name, self.turn).await {
                Ok(Some(tenure)) => {
                    pauses = self::pauses();
                    self.hold(tenure, &stop).await;
                    self.board.not_ours(self.number);
                    PAUSE_MIN
                }
                Ok(None) => {
                    self.board.not_ours(self.number);
                    self.turn / ASKED_A_TURN
                }
                Err(error) => {
                    self.board.failed(self.number, &Failure::Store(error));
                    pauses.next().unwrap_or(PAUSE_MAX)
                }
            };
            wait(pause, &stop).await;
        }
    }

    /// Publishes, session after session, as long as the turn is ours.
    async fn hold(&self, tenure: Tenure, stop: &CancellationToken) {
        let tenure = Arc::new(tenure);
        let mut pauses = pauses();
        let mut fence = None;
        while !stop.is_cancelled() && tenure.is_held() {
            self.board.phase(self.number, Phase::Opening);
            let before = self.board.transactions(self.number);
            let Err(failure) = session::run(self, &tenure, stop).await else { break };
            if self.board.transactions(self.number) > before {
                pauses = self::pauses();
            }
            let pause = match &failure {
                Failure::TurnLost => {
                    tracing::warn!(shard = self.number, "the turn of shard {} was lost", self.number);
                    return;
                }
                Failure::Ousted(_) => {
                    self.told(&failure);
                    // Whoever ousted us believes that the turn is his: let the store say whose it is.
                    break;
                }
                Failure::Fence(found) => {
                    if fence.as_ref() != Some(found) {
                        let (code, position) = (found.code(), found.position());
                        tracing::error!(
                            shard = self.number,
                            code,
                            position,
                            "publishing has stopped: {found}"
                        );
                        fence = Some(found.clone());
                    }
                    self.board.stopped(self.number, found);
                    FENCE_AGAIN_AFTER
                }
                _ => {
                    self.told(&failure);
                    pauses.next().unwrap_or(PAUSE_MAX)
                }
            };
            self.measure_lag().await;
            tokio::select! {
                () = tenure.lost() => return,
                () = wait(pause, stop) => {}
            }
        }
        if let Ok(tenure) = Arc::try_unwrap(tenure) {
            tenure.release().await;
        }
    }

    fn told(&self, failure: &Failure) {
        self.board.failed(self.number, failure);
        let (shard, code, told) = (self.number, failure.code(), failure.told());
        tracing::warn!(shard, code, "shard {shard} is not published for now: {told}");
    }

    /// Since when the first event waits that is not on the topic.
    async fn measure_lag(&self) {
        let Some(position) = self.board.last_published(self.number) else { return };
        if let Ok(next) = self.log.read(self.number, position, 1).await {
            self.board.waits(self.number, next.first().map(|first| first.recorded_at));
        }
    }
}

/// Waits, but no longer than until it is to stop.
pub(crate) async fn wait(pause: Duration, stop: &CancellationToken) {
    let _ = tokio::time::timeout(pause, stop.cancelled()).await;
}
