//! How fast `guarantees` is built anew beside the running one: `cargo run --release -p baohan-projections --example
//! rebuild_speed -- [APPLICATIONS] [sqlite|postgres]`, three events an application. Everything lies in a temporary folder, and
//! PostgreSQL is started for it.

#[path = "../apply_speed/lives.rs"]
mod lives;

use std::error::Error;
use std::future::pending;
use std::sync::Arc;
use std::time::Instant;

use baohan_log::Log;
use baohan_projections::{Options, Projection, Projections};
use chrono::{DateTime, Utc};

use lives::{EVENTS, append_all};

/// Applications when nobody says how many: half a million events.
const APPLICATIONS: u32 = 167_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(APPLICATIONS), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let url = match arguments.next().as_deref() {
        Some("postgres") => baohan_servers::database().await.url,
        _ => format!("sqlite:{}", folder.path().join("ledger.db").display()),
    };
    let at: DateTime<Utc> = "2026-03-02T01:30:00Z".parse()?;
    let log = Log::open(&baohan_log::Options::new(&url, Arc::new(move || at))).await?;
    let projections = Projections::open(log.clone(), Options::beside(&url)).await?;
    let began = Instant::now();
    for sequence in 0..EVENTS.len() {
        append_all(&log, count, sequence, at).await?;
    }
    println!("{} events appended in {:.2?}", count as usize * EVENTS.len(), began.elapsed());
    let began = Instant::now();
    let applied = projections.runner().await?.catch_up().await?;
    println!("{applied} applied one after the other in {:.2?}", began.elapsed());
    for names in [&[Projection::Guarantees][..], &Projection::ALL] {
        let began = Instant::now();
        projections.rebuild(names).await?;
        projections.carry_out_rebuilds(pending()).await?;
        let took = began.elapsed();
        let rate = f64::from(count) * 3.0 / took.as_secs_f64();
        println!(
            "{} built anew in {took:.2?}, indexes and switch included: {rate:.0} events a second",
            names.len()
        );
    }
    projections.close().await;
    log.close().await;
    Ok(())
}
