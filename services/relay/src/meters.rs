//! What is counted. The names are the page `docs/metrics.md`.

use metrics::{counter, gauge};

use crate::standing::{ShardStanding, Standing};

/// A transaction was committed.
pub(crate) fn transaction(shard: u16) {
    counter!("baohan_relay_transactions_total", "shard" => shard.to_string()).increment(1);
}

/// Publishing was broken off.
pub(crate) fn failure(shard: u16, code: &'static str) {
    counter!("baohan_relay_failures_total", "shard" => shard.to_string(), "code" => code).increment(1);
}

/// How the shards stand.
pub(crate) fn set(standing: &Standing) {
    for shard in &standing.shards {
        set_shard(shard);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; positions stay far below 2^53")]
fn set_shard(standing: &ShardStanding) {
    let shard = standing.shard.to_string();
    let stopped = if standing.fence().is_some() { 1.0 } else { 0.0 };
    gauge!("baohan_relay_stopped", "shard" => shard.clone()).set(stopped);
    if let Some(published) = standing.published {
        gauge!("baohan_relay_position", "shard" => shard.clone()).set(published as f64);
    }
    // Where another relay has the turn, the lag is its own to tell.
    let lag = standing.lag_events().unwrap_or(0);
    gauge!("baohan_relay_lag_events", "shard" => shard.clone()).set(lag as f64);
    gauge!("baohan_relay_lag_seconds", "shard" => shard).set(standing.lag_seconds);
}
