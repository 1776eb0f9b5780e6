use std::sync::Arc;
use std::time::Instant;

use anyhow::ensure;
use baohan_servers::Postgres;
use clap::Args;
use tokio::process::Command;

use crate::calls::applications;
use crate::fill::{Stage, application_no, fill};
use crate::ledger::{Ledger, beside};
use crate::load::drive;

/// Each filled guarantee has two events.
const EVENTS_EACH: u32 = 2;
/// Calls of one burst, before the rebuild and again and again during it.
const BURST_CALLS: usize = 4_000;

/// A rebuild of the list of guarantees, and what live writers lose by it.
#[derive(Args)]
pub struct Arguments {
    /// How many events.
    #[arg(long, default_value_t = 500_000)]
    events: u32,
    /// Connections of the writers.
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = Postgres::start().await;
    let database = server.database().await;
    let ledger = Ledger::start_on_store(&database.url).await?;
    let guarantees = arguments.events / EVENTS_EACH;
    let ledger = ledger.filled(|url| async move { fill(&url, 0, guarantees, Stage::Paid).await }).await?;
    ledger.has_listed(&application_no(guarantees - 1)).await?;
    let quiet =
        drive(&ledger.gateway, Arc::new(applications("QUIET", BURST_CALLS)?), arguments.connections).await?;
    let started = Instant::now();
    let mut rebuilding = Command::new(beside("baohan"))
        .args(["projections", "--config"])
        .arg(ledger.configuration())
        .args(["rebuild", "guarantees"])
        .kill_on_drop(true)
        .spawn()?;
    let (mut calls, mut busy, mut bursts) = (0, 0.0, 0_usize);
    let status = loop {
        let burst = Arc::new(applications(&format!("BUSY{bursts}-"), BURST_CALLS)?);
        let measured = drive(&ledger.gateway, burst, arguments.connections).await?;
        (calls, busy, bursts) = (calls + measured.calls, busy + measured.elapsed.as_secs_f64(), bursts + 1);
        if let Some(status) = rebuilding.try_wait()? {
            break status;
        }
    };
    let took = started.elapsed().as_secs_f64();
    ensure!(status.success(), "the rebuild ended with {status}");
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let writing = calls as f64 / busy;
    println!(
        "rebuild: {} events in {took:.1} s: {:.0}/s; writers {writing:.0}/s of {:.0}/s: {:.2}×",
        arguments.events,
        f64::from(arguments.events) / took,
        quiet.a_second(),
        writing / quiet.a_second()
    );
    ledger.stop().await?;
    Ok(())
}
