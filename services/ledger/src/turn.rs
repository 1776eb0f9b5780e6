//! Doing alone what only one process may do at a time, over one store.

use std::time::Duration;

use baohan_log::{Log, Tenure};
use tokio_util::sync::CancellationToken;

/// How long a turn lasts without being renewed: so long nothing is done after its holder died.
const LASTS: Duration = Duration::from_secs(10);
/// How often it is looked whether the turn is free.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// This process's turn to do something. Whoever holds it races what he does against [`InTurn::lost`].
#[derive(Debug)]
pub struct InTurn {
    tenure: Tenure,
    name: String,
}

impl InTurn {
    /// Waits for the turn of that name. Absent: it was stopped before.
    pub async fn next(log: &Log, name: &str, stop: &CancellationToken) -> Option<Self> {
        let mut told = false;
        while !stop.is_cancelled() {
            match log.take_turn(name, LASTS).await {
                Ok(Some(tenure)) => return Some(Self::begun(tenure, name)),
                Ok(None) => {}
                Err(error) if told => tracing::debug!(turn = name, %error, "a turn cannot be taken"),
                Err(error) => {
                    told = true;
                    tracing::warn!(turn = name, %error, "turn {name} cannot be taken; it is tried again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        None
    }

    fn begun(tenure: Tenure, name: &str) -> Self {
        let fence = tenure.fence();
        tracing::info!(turn = name, fence, "{name} is done in this process");
        metrics::gauge!("baohan_turn_held", "turn" => name.to_owned()).set(1.0);
        Self { tenure, name: name.to_owned() }
    }

    /// Returns when it is lost: what is being done then is to be dropped.
    pub async fn lost(&self) {
        self.tenure.lost().await;
        tracing::warn!(turn = self.name, "turn {} is lost: this process stops doing it", self.name);
        metrics::counter!("baohan_turn_losses_total", "turn" => self.name.clone()).increment(1);
    }

    /// Gives it back, so that another process need not wait until it ends by itself.
    pub async fn give_back(self) {
        metrics::gauge!("baohan_turn_held", "turn" => self.name).set(0.0);
        self.tenure.release().await;
    }
}
