use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use baohan_ledger::{Clock as _, SystemClock};
use baohan_sandbox::{Sandbox as Platform, Settings};
use clap::Args;
use tokio::net::TcpListener;

use super::{ConfigFile, runtime};
use crate::{logs, shutdown};

/// Plays the trading centres' platforms of the configuration: serves their five interfaces with full checking, and calls
/// the institution's seven when it is told to.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan sandbox --config baohan.toml                 beside a ledger that runs with the same configuration
  curl http://127.0.0.1:8090/sandbox/notices          what it was told
  curl -X POST http://127.0.0.1:8090/sandbox/misconduct -H 'content-type: application/json' \\
       -d '{\"kind\": \"http-500\", \"times\": 2}'          it fails twice")]
pub struct Sandbox {
    #[command(flatten)]
    file: ConfigFile,
    /// Where it listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The institution's gateway; otherwise its `public_url` in the configuration.
    #[arg(long, value_name = "URL")]
    institution: Option<String>,
    /// A repeated notice is refused with 已存在, as some platforms do.
    #[arg(long)]
    refuses_repeats: bool,
    /// A notice of an application that it did not make itself is refused.
    #[arg(long)]
    refuses_strangers: bool,
}

impl Sandbox {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        if config.platforms.is_empty() {
            bail!("the configuration has no [[platforms]] to play");
        }
        let sandbox = Platform::new(Settings {
            platforms: config.platforms.clone(),
            institution_url: self.institution.unwrap_or(config.gateway.public_url),
            refuses_repeats: self.refuses_repeats,
            refuses_strangers: self.refuses_strangers,
            now: Arc::new(|| SystemClock.now()),
        })?;
        runtime()?.block_on(async {
            let stop = shutdown::on_signals()?;
            let listener = TcpListener::bind(self.listen)
                .await
                .with_context(|| format!("cannot listen on {}", self.listen))?;
            let address = listener.local_addr()?;
            tracing::info!(%address, "the sandbox listens on {address}");
            sandbox.serve(listener, async move { stop.cancelled().await }).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
