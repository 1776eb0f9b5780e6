use std::time::Duration;

use baohan_log::Log;
use chrono::{DateTime, Utc};

use super::{Foundation, Running};

/// How often it is looked whether the log and what follows it move.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Milliseconds in a second.
const MILLIS: f64 = 1_000.0;

/// Starts to measure how old the newest event is, and how far the projections are behind it.
pub fn start(running: &Running) {
    let foundation = running.foundation.clone();
    let finish = running.finish.clone();
    running.works.spawn(async move {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = finish.cancelled() => return,
                _ = ticks.tick() => look(&foundation).await,
            }
        }
    });
}

async fn look(foundation: &Foundation) {
    let now = foundation.clock.now();
    if let Err(error) = measure_heads(foundation.ledger.log(), now).await {
        tracing::warn!(%error, "the head of the log cannot be measured");
    }
    if let Err(error) = measure_turns(foundation.ledger.log(), now).await {
        tracing::warn!(%error, "the turns cannot be measured");
    }
    // Asking for the status sets the gauges of the projections.
    if let Err(error) = foundation.projections.status(now).await {
        tracing::warn!(%error, "the projections cannot be measured");
    }
}

async fn measure_heads(log: &Log, now: DateTime<Utc>) -> Result<(), baohan_log::Error> {
    for (shard, head) in (0_u16..).zip(log.heads().await?) {
        let newest = log.read(shard, head.saturating_sub(1), 1).await?;
        let labels = [("shard", shard.to_string())];
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float, exact up to 2^53 events")]
        metrics::gauge!("baohan_log_head_position", &labels).set(head as f64);
        if let Some(newest) = newest.first() {
            let age = (now - newest.recorded_at).num_milliseconds().max(0);
            #[expect(clippy::cast_precision_loss, reason = "a gauge in seconds")]
            metrics::gauge!("baohan_log_head_age_seconds", &labels).set(age as f64 / MILLIS);
        }
    }
    Ok(())
}

/// For how long nobody has had a turn that somebody had: what it is for is not done meanwhile.
async fn measure_turns(log: &Log, now: DateTime<Utc>) -> Result<(), baohan_log::Error> {
    for turn in log.turns().await? {
        let idle = (now - turn.until).num_milliseconds().max(0);
        #[expect(clippy::cast_precision_loss, reason = "a gauge in seconds")]
        metrics::gauge!("baohan_turn_idle_seconds", "turn" => turn.name).set(idle as f64 / MILLIS);
    }
    Ok(())
}
