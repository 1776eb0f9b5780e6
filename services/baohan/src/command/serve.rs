use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use baohan_ledger::SystemClock;
use clap::Args;

use super::{ConfigFile, runtime};
use crate::roles::{self, Role, Start};
use crate::{logs, metrics, shutdown};

/// Runs the ledger: every role in one process, or those that are named.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan serve --config /etc/baohan/baohan.toml
  baohan serve --read-only      answers questions while another process, or nobody, writes
  baohan serve --role gateway,office,worker,notifier,projector
  baohan serve --role relay --probes 127.0.0.1:9101
  baohan serve --new-incarnation    once, after the store was restored from a backup or a replica was promoted

The first SIGTERM or SIGINT stops softly: no new calls, what is under way is finished, exit code 0. The second stops at once.")]
pub struct Serve {
    #[command(flatten)]
    file: ConfigFile,
    /// What this process does; without it, all that the configuration allows: relay where there is [kafka].
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ROLE,…")]
    role: Vec<Role>,
    /// Reads alone: no call that changes anything is taken, and no event is written.
    #[arg(long)]
    read_only: bool,
    /// Gives the store a new incarnation before anything is written: records from now on are told from those that a lost
    /// history had published.
    #[arg(long)]
    new_incarnation: bool,
    /// Answers /healthz, /readyz and /metrics here too: for a process without the role office.
    #[arg(long, value_name = "ADDRESS", env = "BAOHAN_PROBES")]
    probes: Option<SocketAddr>,
}

impl Serve {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let begun = Instant::now();
        let config = self.file.load()?;
        logs::start(&config.log);
        runtime()?.block_on(async {
            let stop = shutdown::on_signals()?;
            let recorder = metrics::install()?;
            for warning in &config.warnings {
                tracing::warn!("{warning}");
            }
            let start = Start {
                roles: self.role.iter().copied().collect(),
                read_only: self.read_only,
                new_incarnation: self.new_incarnation,
                probes: self.probes,
                clock: Arc::new(SystemClock),
                metrics: Arc::new(move || recorder.render()),
            };
            let running = roles::start(config, start, stop).await?;
            let ready_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(ready_ms, "ready after {ready_ms} ms");
            running.finish().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}
