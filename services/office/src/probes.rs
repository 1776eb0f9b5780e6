//! Whether the office can serve: asked by whoever sends it calls, so it is answered fast and never asked of the store twice in a row.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::office::Office;

/// For how long an answer holds: probes come every few seconds, and each one writes to the store and to the disk.
const HELD: Duration = Duration::from_secs(2);
/// How long one check may take before it counts as failed.
const CHECK_TIME_MAX: Duration = Duration::from_secs(5);
/// A lag that means that readers see old data: a projection applies thousands of events a second.
const LAG_SECONDS_MAX: f64 = 30.0;
/// The checkpoint by which the store's writing is tried; it tells nothing else.
const CONSUMER: &str = "readiness";

/// How the parts stand.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Report {
    /// `ready`, `unready`, or `stopping`.
    pub status: &'static str,
    /// Part by part.
    pub checks: Vec<Check>,
}

/// How one part stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Check {
    /// The part: `store`, `projections`, `documents`.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What is the matter, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Report {
    fn of(checks: Vec<Check>) -> Self {
        let ready = checks.iter().all(|check| check.ok);
        Self { status: if ready { "ready" } else { "unready" }, checks }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

/// The newest report and when it was made.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Report)>>);

impl Office {
    /// How the parts stand, at most [`HELD`] ago. Callers at once wait for one look.
    pub(crate) async fn report(&self) -> Report {
        let mut held = self.readiness().0.lock().await;
        if let Some((made, report)) = &*held
            && made.elapsed() < HELD
        {
            return report.clone();
        }
        let (store, projections, documents) = tokio::join!(
            timed("store", self.store()),
            timed("projections", self.lag()),
            timed("documents", self.files()),
        );
        let report = Report::of(vec![store, projections, documents]);
        *held = Some((Instant::now(), report.clone()));
        report
    }

    async fn store(&self) -> Result<(), String> {
        let failed = |error: baohan_log::Error| match error {
            baohan_log::Error::Unavailable { outage, .. } => outage.to_string(),
            baohan_log::Error::Closed => "the store is closed".to_owned(),
            _ => "the store fails".to_owned(),
        };
        self.log().ping().await.map_err(failed)?;
        if !self.is_read_only() {
            let head = self.log().head(0);
            self.log().move_checkpoint(CONSUMER, 0, head).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn lag(&self) -> Result<(), String> {
        let now = self.ledger().now();
        let all =
            self.projections().status(now).await.map_err(|_| "the projections' database fails".to_owned())?;
        for status in &all {
            if status.is_stopped() {
                return Err(format!("{} stands still", status.name));
            }
            for shard in &status.shards {
                if shard.lag_seconds > LAG_SECONDS_MAX {
                    return Err(format!(
                        "{} is {} events and {:.0} s behind",
                        status.name, shard.lag_events, shard.lag_seconds
                    ));
                }
            }
        }
        Ok(())
    }

    async fn files(&self) -> Result<(), String> {
        let store = self.documents().store();
        store.check().await.map_err(|error| format!("the document store fails ({})", error.code()))
    }
}

async fn timed(name: &'static str, check: impl Future<Output = Result<(), String>>) -> Check {
    let answer = tokio::time::timeout(CHECK_TIME_MAX, check).await;
    let reason = match answer {
        Ok(Ok(())) => None,
        Ok(Err(reason)) => Some(reason),
        Err(_) => Some(format!("no answer within {} s", CHECK_TIME_MAX.as_secs())),
    };
    Check { name, ok: reason.is_none(), reason }
}
