use std::sync::Arc;
use std::time::Duration;

use baohan_servers::Postgres;
use clap::Args;

use crate::calls::applications;
use crate::ledger::Ledger;
use crate::load::{Measured, drive, drive_at};
use crate::peer::Peer;

/// How long a warm-up is, in calls.
const WARM_UP_CALLS: usize = 2_000;
/// With one connection each call waits for the disk: fewer are enough, as long as a moment's hiccup of the disk does not decide.
const ALONE_SHARE: usize = 5;
/// How long the run at half load lasts.
const PACED_FOR: Duration = Duration::from_secs(20);

/// Signed applications by HTTP on PostgreSQL, against a plain service on the stock event store.
#[derive(Args)]
pub struct Arguments {
    /// Connections that are kept open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How many applications.
    #[arg(long, default_value_t = 40_000)]
    calls: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = Postgres::start().await;
    for (connections, calls) in [(arguments.connections, arguments.calls), (1, arguments.calls / ALONE_SHARE)]
    {
        let database = server.database().await;
        let peer = Peer::start(&database.url).await?;
        let plain = burdened(&peer.address, connections, calls).await?;
        told("peer", connections, &plain);
        peer.stop().await?;
        let database = server.database().await;
        let ledger = Ledger::start_on_store(&database.url).await?;
        let ours = burdened(&ledger.gateway, connections, calls).await?;
        told("ledger", connections, &ours);
        println!("postgres: {connections} connections: {:.2}×", ours.a_second() / plain.a_second());
        if connections > 1 {
            paced(&ledger, connections, ours.a_second() / 2.0).await?;
        }
        ledger.stop().await?;
    }
    Ok(())
}

async fn burdened(address: &str, connections: usize, calls: usize) -> anyhow::Result<Measured> {
    drive(address, Arc::new(applications("WARM", WARM_UP_CALLS)?), connections).await?;
    drive(address, Arc::new(applications("BENCH", calls)?), connections).await
}

/// Latencies at half of what it can take.
async fn paced(ledger: &Ledger, connections: usize, a_second: f64) -> anyhow::Result<()> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of calls, positive and far below the type's range"
    )]
    let count = (a_second * PACED_FOR.as_secs_f64()) as usize;
    let calls = Arc::new(applications("PACED", count)?);
    let measured = drive_at(&ledger.gateway, calls, connections, a_second).await?;
    println!(
        "postgres: half load, {:.0}/s: p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
        measured.a_second(),
        measured.millis_at(0.5),
        measured.millis_at(0.99),
        measured.millis_at(1.0)
    );
    Ok(())
}

fn told(who: &str, connections: usize, measured: &Measured) {
    println!(
        "postgres: {who}: {} calls over {connections} connections: {:.0}/s; p50 {:.2} ms, p99 {:.2} ms",
        measured.calls,
        measured.a_second(),
        measured.millis_at(0.5),
        measured.millis_at(0.99)
    );
}
