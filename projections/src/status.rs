use serde::Serialize;
use utoipa::ToSchema;

use crate::rebuild::{Order, RebuildState};
use crate::source::Origin;

/// How a projection stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Status {
    /// Its name.
    pub name: &'static str,
    /// How it stands in each shard.
    pub shards: Vec<ShardStatus>,
    /// How far it is, or how it ended, where it was ever built anew.
    pub rebuild: Option<RebuildStatus>,
}

/// How far a table is that is built anew beside the running one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RebuildStatus {
    /// Whether it is built, paused, stopped, done or cancelled.
    pub state: RebuildState,
    /// How many events it holds.
    pub events_done: u64,
    /// How many there are.
    pub events_total: u64,
    /// How many it took a second so far; absent where it has just begun.
    pub events_per_second: Option<f64>,
    /// How many seconds it will still take at that rate, apart from the indexes.
    pub seconds_left: Option<f64>,
    /// Why it stopped.
    pub cause: Option<String>,
}

impl RebuildStatus {
    pub(crate) fn of(order: &Order, done: u64, total: u64) -> Self {
        // What has taken the running table's place has all that was there.
        let done = if order.state == RebuildState::Done { total } else { done };
        let worked = std::time::Duration::from_millis(order.worked_ms).as_secs_f64();
        let rate = if worked > 0.0 && done > 0 { Some(lossy(done) / worked) } else { None };
        let left = lossy(total.saturating_sub(done));
        let is_building = order.state == RebuildState::Building;
        Self {
            state: order.state,
            events_done: done,
            events_total: total,
            events_per_second: rate,
            seconds_left: rate.filter(|_| is_building).map(|rate| left / rate),
            cause: order.cause.clone(),
        }
    }
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
    /// Where the last events were read, once some were: kafka or store.
    pub source: Option<&'static str>,
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
    /// `baohan_projection_stopped`, `baohan_projection_from_kafka`, each by projection and shard, and
    /// `baohan_projection_rebuild_events_left` by projection.
    pub(crate) fn measure(&self) {
        for shard in &self.shards {
            let labels = [("projection", self.name.to_owned()), ("shard", shard.shard.to_string())];
            let flag = |is: bool| f64::from(u8::from(is));
            metrics::gauge!("baohan_projection_lag_events", &labels).set(lossy(shard.lag_events));
            metrics::gauge!("baohan_projection_lag_seconds", &labels).set(shard.lag_seconds);
            metrics::gauge!("baohan_projection_stopped", &labels).set(flag(shard.stopped.is_some()));
            let from_kafka = shard.source == Some(Origin::Kafka.name());
            metrics::gauge!("baohan_projection_from_kafka", &labels).set(flag(from_kafka));
        }
        let rebuild = self.rebuild.as_ref().filter(|rebuild| rebuild.state.is_under_way());
        let left = rebuild.map_or(0, |rebuild| rebuild.events_total.saturating_sub(rebuild.events_done));
        let labels = [("projection", self.name.to_owned())];
        metrics::gauge!("baohan_projection_rebuild_events_left", &labels).set(lossy(left));
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and a lag of 2^53 events is none that matters"
)]
fn lossy(count: u64) -> f64 {
    count as f64
}
