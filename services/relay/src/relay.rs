use std::sync::Arc;
use std::time::Duration;

use baohan_log::{Log, Now};
use baohan_topics::Settings;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::meters;
use crate::shard::{Shard, pauses, wait};
use crate::standing::{Standing, Trouble};

/// How long a turn lasts unless it is renewed: as long as a shard may be without a relay after one has died.
const TURN: Duration = Duration::from_secs(10);
/// Guarantees that are remembered in all shards together: some hundred megabytes at the most.
const GUARANTEES_MAX: usize = 64_000;
/// How often what is measured is set.
const MEASURED_EVERY: Duration = Duration::from_secs(1);

/// How it is published.
#[derive(Clone)]
pub struct Options {
    /// The clock, for the lag in seconds.
    pub now: Now,
    /// How long a turn lasts unless it is renewed.
    pub turn: Duration,
}

impl Options {
    /// Turns of ten seconds.
    #[must_use]
    pub fn new(now: Now) -> Self {
        Self { now, turn: TURN }
    }

    /// With turns of another length.
    #[must_use]
    pub fn with_turn(self, turn: Duration) -> Self {
        Self { turn, ..self }
    }
}

/// Publishes the log. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Relay {
    log: Log,
    settings: Settings,
    options: Options,
    board: Arc<Board>,
}

impl Relay {
    /// A relay between a log and a Kafka. Nothing happens before [`Relay::run`].
    #[must_use]
    pub fn new(log: Log, settings: Settings, options: Options) -> Self {
        let board = Arc::new(Board::new(log.shards()));
        Self { log, settings, options, board }
    }

    /// How publishing stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.board.standing(&self.log, &self.options.now)
    }

    /// Publishes until it is to stop: makes the topics or checks them, takes the turn of every shard that is free, and waits for
    /// those that are not. Ends after the transactions that are under way.
    pub async fn run(&self, stop: CancellationToken) {
        let measuring = self.measure(&stop);
        let publishing = async {
            if self.provide(&stop).await {
                self.publish(&stop).await;
            }
        };
        tokio::join!(measuring, publishing);
    }

    async fn publish(&self, stop: &CancellationToken) {
        let shards = self.log.shards();
        let mut tasks = JoinSet::new();
        for number in 0..shards {
            let shard = Shard {
                number,
                log: self.log.clone(),
                settings: self.settings.clone(),
                board: Arc::clone(&self.board),
                turn: self.options.turn,
                guarantees_max: GUARANTEES_MAX / usize::from(shards.max(1)),
            };
            tasks.spawn(shard.run(stop.clone()));
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended
                && !stop.is_cancelled()
            {
                tracing::error!(%error, "the publishing of a shard has broken down");
            }
        }
    }

    /// Until the topics are as they must be. Whether they are.
    async fn provide(&self, stop: &CancellationToken) -> bool {
        let mut pauses = pauses();
        while !stop.is_cancelled() {
            let ensuring = baohan_topics::ensure(&self.settings, self.log.shards());
            let ensured = tokio::select! {
                () = stop.cancelled() => return false,
                ensured = ensuring => ensured,
            };
            let error = match ensured {
                Ok(advice) => {
                    for finding in advice {
                        tracing::warn!(topic = finding.topic, key = finding.key, "advice: {finding}");
                    }
                    self.board.topics(None);
                    return true;
                }
                Err(error) => error,
            };
            let (code, message) = (error.code(), told(&error));
            if error.is_passing() {
                tracing::warn!(code, "nothing is published for now: {message}");
            } else {
                tracing::error!(code, "nothing is published: {message}");
            }
            self.board.topics(Some(Trouble { code, message }));
            if let Some(pause) = pauses.next() {
                wait(pause, stop).await;
            }
        }
        false
    }

    async fn measure(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            meters::set(&self.standing());
            wait(MEASURED_EVERY, stop).await;
        }
    }
}

/// An error with its cause.
fn told(error: &baohan_topics::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
