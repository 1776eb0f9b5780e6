use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;
use hdrhistogram::Histogram;

use crate::calls::applications;
use crate::ledger::{Ledger, TOKEN};
use crate::load::{drive, get, post};

const WARM_UP_ISSUES: usize = 5;

/// Issues one after another: number, document, object, event.
#[derive(Args)]
pub struct Arguments {
    /// How many.
    #[arg(long, default_value_t = 200)]
    issues: usize,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let ledger = Ledger::start().await?;
    let calls = Arc::new(applications("DOC", arguments.issues + WARM_UP_ISSUES)?);
    drive(&ledger.gateway, calls, 1).await?;
    let mut latencies = Histogram::<u64>::new_with_max(60_000_000, 3)?;
    for number in 0..arguments.issues + WARM_UP_ISSUES {
        let found =
            get(&ledger.office, &format!("/api/v1/guarantees?application_no=DOC{number:08}"), Some(TOKEN))
                .await?;
        let found: serde_json::Value = serde_json::from_slice(&found.body)?;
        let id = found["items"][0]["id"].as_str().context("the guarantee is listed")?.to_owned();
        let body = r#"{"premium":"6400.00","payer_name":"江南建设集团有限公司","payer_account":"32050100000000000001"}"#;
        let sent = Instant::now();
        let answer = post(&ledger.office, &format!("/api/v1/guarantees/{id}/issue"), TOKEN, body).await?;
        ensure!(answer.status == 200, "{}", String::from_utf8_lossy(&answer.body));
        if number >= WARM_UP_ISSUES {
            latencies.saturating_record(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let at = |quantile: f64| latencies.value_at_quantile(quantile) as f64 / 1000.0;
    println!(
        "document: {} issues with document, object and event: p50 {:.2} ms, p99 {:.2} ms",
        arguments.issues,
        at(0.5),
        at(0.99)
    );
    ledger.stop().await?;
    Ok(())
}
