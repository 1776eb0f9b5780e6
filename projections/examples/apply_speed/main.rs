//! How fast the log is applied: `cargo run --release -p baohan-projections --example apply_speed -- [APPLICATIONS]`.
//! Everything lies in a temporary folder.

mod lives;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_log::Log;
use baohan_projections::guarantees::{Filter, Reconciliation};
use baohan_projections::{Options, Projections, Slice, Viewer};
use chrono::{DateTime, Utc};

use lives::{EVENTS, append_all};

/// Applications when nobody says how many.
const APPLICATIONS: u32 = 100_000;
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(APPLICATIONS), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    let at: DateTime<Utc> = "2026-03-02T01:30:00Z".parse()?;
    let log = Log::open(&baohan_log::Options::new(&url, Arc::new(move || at))).await?;
    let projections = Projections::open(log.clone(), Options::beside(&url)).await?;
    let mut runner = projections.runner().await?;

    for (sequence, name) in EVENTS.into_iter().enumerate() {
        append_all(&log, count, sequence, at).await?;
        let began = Instant::now();
        let applied = runner.catch_up().await?;
        let took = began.elapsed();
        println!(
            "{applied} {name} applied in {took:.2?}: {:.0} a second",
            f64::from(count) / took.as_secs_f64()
        );
    }
    queries(&projections, at).await?;
    projections.close().await;
    log.close().await;
    Ok(())
}

async fn queries(projections: &Projections, at: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
    let viewer = Viewer::reader(at);
    let day = at.date_naive();
    let wanted = Reconciliation { platform: "p-0".to_owned(), platform_code: None, start: day, end: day };
    let began = Instant::now();
    let rows = projections.reconciliation(&wanted, &viewer, Duration::from_secs(1)).await?;
    println!("{} reconciled in {:.2?}", rows.len(), began.elapsed());
    for applicant in ["集团", "没有这家"] {
        let began = Instant::now();
        let filter = Filter { applicant: Some(applicant.to_owned()), ..Filter::default() };
        let page = projections.guarantees(&filter, &viewer, &Slice::first(100)).await?;
        println!("{} found by {applicant} in {:.2?}", page.items.len(), began.elapsed());
    }
    let began = Instant::now();
    let due = projections.notices_due(Some("p-1"), &Slice::first(1_000)).await?;
    println!("{} notices due in {:.2?}", due.items.len(), began.elapsed());
    Ok(())
}
