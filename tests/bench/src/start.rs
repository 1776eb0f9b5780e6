use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::calls::applications;
use crate::ledger::Ledger;
use crate::load::drive;

const CONNECTIONS: usize = 64;
const SETTLE: Duration = Duration::from_secs(3);

/// Start to ready, and idle memory, with many guarantees.
#[derive(Args)]
pub struct Arguments {
    /// How many guarantees.
    #[arg(long, default_value_t = 100_000)]
    guarantees: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let ledger = Ledger::start().await?;
    let fill = Arc::new(applications("FILL", arguments.guarantees)?);
    drive(&ledger.gateway, fill, CONNECTIONS).await?;
    // The projector may still be catching up; a start finds it at the head.
    tokio::time::sleep(SETTLE).await;
    for _ in 0..2 {
        let status = crate::load::get(&ledger.office, "/readyz", None).await?;
        anyhow::ensure!(status.status == 200, "not ready: {}", String::from_utf8_lossy(&status.body));
    }
    let ledger = ledger.restart().await?;
    let ready_after = ledger.ready_after;
    tokio::time::sleep(SETTLE).await;
    println!(
        "start: ready after {:.0} ms with {} guarantees; idle {:.0} MiB",
        ready_after.as_secs_f64() * 1e3,
        arguments.guarantees,
        ledger.resident_mib()?
    );
    ledger.stop().await?;
    Ok(())
}
