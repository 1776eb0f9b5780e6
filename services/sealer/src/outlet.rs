use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::watch;

use crate::board::Board;
use crate::failure::{Failure, chain};
use crate::folder::Folder;
use crate::topic::Topic;
use crate::witnessed::Witnessed;

/// The first pause after a failure, and the longest: a witness that comes back has what it missed within so long.
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// How often it is looked again where two stories differ: whoever mends it need not restart anything.
const STOPPED_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Checkpoints of other processes are seen within so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A place outside of the house, and its name.
pub(crate) struct Outlet {
    pub name: String,
    pub place: Place,
    pub board: Arc<Board>,
}

/// What kind of place.
pub(crate) enum Place {
    Topic(Topic),
    Folder(Folder),
    Witness(Box<Witnessed>),
}

impl Outlet {
    /// Brings everything there that is kept and is not there yet, in order; tells the first failure of a kind.
    pub(crate) async fn catch_up(&self) -> Result<(), Failure> {
        let name = self.name.as_str();
        let done = match &self.place {
            Place::Topic(topic) => topic.catch_up(name, &self.board).await,
            Place::Folder(folder) => folder.catch_up(name, &self.board).await,
            Place::Witness(witness) => witness.catch_up(name, &self.board).await,
        };
        match &done {
            Ok(()) => {
                if self.board.well(name) {
                    tracing::info!(outlet = name, "checkpoints arrive at {name} again");
                }
            }
            Err(failure) => self.told(failure),
        }
        done
    }

    fn told(&self, failure: &Failure) {
        let (name, code, told) = (self.name.as_str(), failure.code(), chain(failure));
        if !self.board.failed(name, failure) {
            tracing::debug!(outlet = name, code, "still: {told}");
        } else if let Failure::Inconsistent { remembered: Some(remembered), .. } = failure {
            // Two signed notes that contradict each other are the evidence; one of them is here.
            tracing::error!(
                outlet = name,
                code,
                remembered,
                "checkpoints are not taken to {name} any more: {told}"
            );
        } else if failure.wants_somebody() {
            tracing::error!(outlet = name, code, "checkpoints are not taken to {name} any more: {told}");
        } else {
            tracing::warn!(outlet = name, code, "checkpoints are not taken to {name} for now: {told}");
        }
    }

    /// Goes on and on: with each checkpoint that is made here, and by itself.
    pub(crate) async fn run(&self, mut made: watch::Receiver<u64>) {
        let mut pauses = pauses();
        loop {
            let pause = match self.catch_up().await {
                Ok(()) => {
                    pauses = self::pauses();
                    LOOK_EVERY
                }
                Err(failure) if failure.wants_somebody() => STOPPED_AGAIN_AFTER,
                Err(_) => pauses.next().unwrap_or(PAUSE_MAX),
            };
            if pause == LOOK_EVERY {
                let _ = tokio::time::timeout(pause, made.changed()).await;
            } else {
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// Pauses after failures, each longer than the one before, with some chance in them.
fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(PAUSE_MIN)
        .with_max_delay(PAUSE_MAX)
        .with_jitter()
        .without_max_times()
        .build()
}
