use std::sync::Arc;

use clap::Args;

use crate::calls::applications;
use crate::ledger::Ledger;
use crate::load::drive;

/// How long a warm-up is, in calls.
const WARM_UP_CALLS: usize = 2_000;

/// Signed applications by HTTP.
#[derive(Args)]
pub struct Arguments {
    /// Connections that are kept open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How many applications.
    #[arg(long, default_value_t = 100_000)]
    calls: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let warm_up = Arc::new(applications("WARM", WARM_UP_CALLS)?);
    let calls = Arc::new(applications("BENCH", arguments.calls)?);
    let ledger = Ledger::start().await?;
    drive(&ledger.gateway, warm_up, arguments.connections).await?;
    let before = ledger.processor_seconds()?;
    let measured = drive(&ledger.gateway, calls, arguments.connections).await?;
    let spent = ledger.processor_seconds()? - before;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let micros = spent * 1e6 / measured.calls as f64;
    println!(
        "apply: {} calls over {} connections: {:.0}/s; p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms; {micros:.0} µs of processor a call; {:.0} MiB",
        measured.calls,
        arguments.connections,
        measured.a_second(),
        measured.millis_at(0.5),
        measured.millis_at(0.99),
        measured.millis_at(1.0),
        ledger.resident_mib()?,
    );
    ledger.stop().await?;
    Ok(())
}
