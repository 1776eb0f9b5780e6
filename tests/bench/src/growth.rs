use std::sync::Arc;

use clap::Args;

use crate::calls::applications;
use crate::ledger::Ledger;
use crate::load::drive;

const SAMPLE_CALLS: usize = 20_000;
const FILL_AT_ONCE: usize = 50_000;

/// Cost of a call among few and among many guarantees.
#[derive(Args)]
pub struct Arguments {
    /// How many are few.
    #[arg(long, default_value_t = 10_000)]
    few: usize,
    /// How many are many.
    #[arg(long, default_value_t = 1_000_000)]
    many: usize,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let ledger = Ledger::start().await?;
    let mut stored = 0;
    let mut costs = Vec::new();
    for goal in [arguments.few, arguments.many] {
        while stored < goal {
            let count = FILL_AT_ONCE.min(goal - stored);
            let fill = Arc::new(applications(&format!("FILL{stored}-"), count)?);
            drive(&ledger.gateway, fill, arguments.connections).await?;
            ledger.has_listed(&format!("FILL{stored}-{:08}", count - 1)).await?;
            stored += count;
        }
        let sample = Arc::new(applications(&format!("SAMPLE{goal}-"), SAMPLE_CALLS)?);
        let before = ledger.processor_seconds()?;
        let measured = drive(&ledger.gateway, sample, arguments.connections).await?;
        // What the projector still has to do for these calls belongs to their cost.
        ledger.has_listed(&format!("SAMPLE{goal}-{:08}", SAMPLE_CALLS - 1)).await?;
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let micros = (ledger.processor_seconds()? - before) * 1e6 / measured.calls as f64;
        println!(
            "growth: among {stored}: {:.0}/s, p99 {:.2} ms, {micros:.0} µs of processor a call, {:.0} MiB",
            measured.a_second(),
            measured.millis_at(0.99),
            ledger.resident_mib()?
        );
        stored += SAMPLE_CALLS;
        costs.push((micros, measured.a_second()));
    }
    if let [few, many] = costs[..] {
        println!("growth: processor {:.2}×, throughput {:.2}×", many.0 / few.0, many.1 / few.1);
    }
    ledger.stop().await?;
    Ok(())
}
