use serde::Serialize;
use utoipa::ToSchema;

use crate::projection::Projection;

/// How a projection stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Status {
    /// Its name.
    pub name: &'static str,
    /// How it stands in each shard.
    pub shards: Vec<ShardStatus>,
}

/// How a projection stands in a shard.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ShardStatus {
    /// Which shard.
    pub shard: u16,
    /// The last position that is applied.
    pub position: u64,
    /// The last position of the log.
    pub head: u64,
    /// How many events are not applied.
    pub lag_events: u64,
    /// How long the first of them waits, in seconds.
    pub lag_seconds: f64,
    /// Where and why it stopped, if it did.
    pub stopped: Option<Stopped>,
}

/// Where and why a projection stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stopped {
    /// The position of the event that could not be applied.
    pub position: u64,
    /// Why not.
    pub cause: String,
}

impl Status {
    /// Whether it stands still in a shard.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.shards.iter().any(|shard| shard.stopped.is_some())
    }

    /// The gauges of the metrics: `baohan_projection_lag_events`, `baohan_projection_lag_seconds`,
    /// `baohan_projection_stopped`, each by projection and shard.
    pub(crate) fn measure(&self) {
        for shard in &self.shards {
            let labels = [("projection", self.name.to_owned()), ("shard", shard.shard.to_string())];
            metrics::gauge!("baohan_projection_lag_events", &labels).set(lossy(shard.lag_events));
            metrics::gauge!("baohan_projection_lag_seconds", &labels).set(shard.lag_seconds);
            let stopped = f64::from(u8::from(shard.stopped.is_some()));
            metrics::gauge!("baohan_projection_stopped", &labels).set(stopped);
        }
    }

    pub(crate) fn of(projection: Projection, shards: Vec<ShardStatus>) -> Self {
        Self { name: projection.name(), shards }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and a lag of 2^53 events is none that matters"
)]
fn lossy(count: u64) -> f64 {
    count as f64
}
