use std::sync::Arc;
use std::time::Instant;

use baohan_servers::Postgres;
use clap::Args;
use hdrhistogram::Histogram;

use crate::calls::{applications, reconciliation};
use crate::fill::{Stage, application_no, fill, issued_at};
use crate::ledger::Ledger;
use crate::load::{Connection, drive_at};

/// How often the list is asked for.
const ASKED: usize = 20;
/// Applications a second that come meanwhile.
const WRITTEN_A_SECOND: f64 = 500.0;
/// And for how many seconds; longer than the lists take.
const WRITTEN_SECONDS: usize = 30;
/// The longest time that a list is waited for, in microseconds.
const LATENCY_MICROS_MAX: u64 = 60_000_000;

/// The list of a day among many guarantees, while others are written.
#[derive(Args)]
pub struct Arguments {
    /// How many guarantees.
    #[arg(long, default_value_t = 1_000_000)]
    guarantees: u32,
    /// How many of them were issued on the day that is asked for.
    #[arg(long, default_value_t = 10_000)]
    rows: u32,
    /// Connections of the writers.
    #[arg(long, default_value_t = 16)]
    connections: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = Postgres::start().await;
    let database = server.database().await;
    let ledger = Ledger::start_on_store(&database.url).await?;
    let (rows, others) = (arguments.rows, arguments.guarantees - arguments.rows);
    let ledger = ledger
        .filled(|url| async move {
            fill(&url, 0, others, Stage::Applied).await?;
            fill(&url, others, rows, Stage::Issued).await
        })
        .await?;
    ledger.has_listed(&application_no(arguments.guarantees - 1)).await?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of calls, positive and far below the type's range"
    )]
    let count = WRITTEN_A_SECOND as usize * WRITTEN_SECONDS;
    let written = Arc::new(applications("MEANWHILE", count)?);
    let (gateway, connections) = (ledger.gateway.clone(), arguments.connections);
    let writing =
        tokio::spawn(async move { drive_at(&gateway, written, connections, WRITTEN_A_SECOND).await });
    let mut latencies = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
    let mut connection = Connection::open(&ledger.gateway).await?;
    let request = reconciliation(issued_at().date_naive())?;
    let mut bytes = 0;
    for _ in 0..ASKED {
        let sent = Instant::now();
        let answer = connection.ask(&request).await?;
        latencies.saturating_record(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        let listed = answer.windows(8).filter(|part| part == b"\"applyno").count();
        anyhow::ensure!(listed == arguments.rows as usize, "{listed} rows came, not {}", arguments.rows);
        bytes = answer.len();
    }
    writing.await??;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let at = |quantile: f64| latencies.value_at_quantile(quantile) as f64 / 1000.0;
    println!(
        "reconciliation: {} rows ({bytes} bytes) among {} guarantees while {WRITTEN_A_SECOND:.0}/s are written: p50 {:.0} ms, max {:.0} ms",
        arguments.rows,
        arguments.guarantees,
        at(0.5),
        at(1.0)
    );
    ledger.stop().await?;
    Ok(())
}
