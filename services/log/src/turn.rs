use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::error::Error;
use crate::log::Log;
use crate::sqlite::Place;
use crate::store::each;

/// The shortest turn: its holder renews it every third of that, and a server may take a second to answer.
pub const TURN_MIN: Duration = Duration::from_secs(1);
/// The longest name of a turn, in bytes.
pub const TURN_NAME_BYTES_MAX: usize = 200;

/// Who has a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What it is the turn to do.
    pub name: String,
    /// Whose it is; every tenure has a holder's id of its own.
    pub holder: Uuid,
    /// Grows with each new holder.
    pub fence: u64,
    /// Until when it is his by the store's clock, unless he renews it.
    pub until: DateTime<Utc>,
}

/// The right to do alone what only one may do at a time. It is held until it is dropped, released or lost, and renewed in the
/// background meanwhile.
#[derive(Debug)]
pub struct Tenure {
    fence: u64,
    hold: watch::Receiver<Hold>,
    keeping: Option<Keeping>,
}

/// How long a turn is held, as its holder knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// As long as this process holds the store.
    Process,
    /// Until a moment of the monotonic clock: counted from before the store was asked, so it never ends after the store's own.
    Until(Instant),
    /// No more, whatever comes.
    Lost,
}

impl Hold {
    fn is_held(self) -> bool {
        match self {
            Self::Process => true,
            Self::Until(until) => Instant::now() < until,
            Self::Lost => false,
        }
    }
}

/// What gives the turn back once it is dropped.
#[derive(Debug)]
pub(crate) enum Keeping {
    /// A task that renews it, and gives it back when the sender is gone.
    Renewed { stop: oneshot::Sender<()>, task: JoinHandle<()> },
    /// A place in this process.
    Process(#[expect(dead_code, reason = "dropping it is what it is for")] Place),
}

impl Tenure {
    pub(crate) fn new(fence: u64, hold: watch::Receiver<Hold>, keeping: Keeping) -> Self {
        Self { fence, hold, keeping: Some(keeping) }
    }

    /// Grows with each new holder of that name: what comes under an older fence can be told and refused.
    #[must_use]
    pub fn fence(&self) -> u64 {
        self.fence
    }

    /// Whether it is held now, by the monotonic clock: false at once after a pause that was longer than the lease, and never true again
    /// after it was lost.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.hold.borrow().is_held()
    }

    /// Returns when it is lost.
    pub async fn lost(&self) {
        let mut hold = self.hold.clone();
        loop {
            let now = *hold.borrow_and_update();
            let changed = match now {
                Hold::Lost => return,
                Hold::Process => hold.changed().await,
                Hold::Until(until) if Instant::now() >= until => return,
                Hold::Until(until) => {
                    tokio::select! {
                        changed = hold.changed() => changed,
                        () = tokio::time::sleep_until(until) => Ok(()),
                    }
                }
            };
            if changed.is_err() {
                // Nobody renews it any more.
                return;
            }
        }
    }

    /// Gives it back, and returns when the next may take it.
    pub async fn release(mut self) {
        if let Some(Keeping::Renewed { stop, task }) = self.keeping.take() {
            drop(stop);
            if let Err(error) = task.await {
                tracing::error!(%error, "what renewed a turn ended by a fault");
            }
        }
    }
}

impl Log {
    /// Takes a turn for `lasts` (at least [`TURN_MIN`]), counted anew with each renewal. Absent: another holds it.
    pub async fn take_turn(&self, name: &str, lasts: Duration) -> Result<Option<Tenure>, Error> {
        if name.is_empty() || name.len() > TURN_NAME_BYTES_MAX {
            return Err(Error::Invalid("a turn of no name or of a long one"));
        }
        if lasts < TURN_MIN {
            return Err(Error::Invalid("a turn too short to be renewed"));
        }
        each!(self.store(), store => store.take_turn(name, lasts).await)
    }

    /// Who has which turn, by name.
    pub async fn turns(&self) -> Result<Vec<Turn>, Error> {
        each!(self.store(), store => store.turns().await)
    }
}
