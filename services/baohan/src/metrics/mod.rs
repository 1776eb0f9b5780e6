//! Prometheus metrics: what they are called, and the recorder that keeps them.

mod names;

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of the histograms in seconds, from a call on loopback to a platform that hangs.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0];
/// How often the recorder folds what its histograms gathered.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Installs the recorder of this process. Call it within a runtime: it looks after itself from then on.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?;
    let handle = builder.install_recorder()?;
    names::describe();
    let kept = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP_EVERY);
        loop {
            ticks.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}
