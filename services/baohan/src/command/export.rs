use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use baohan_ledger::{Clock, SystemClock};
use clap::Args;

use super::{ConfigFile, EXIT_FAILED, runtime};
use crate::logs;
use crate::roles::open_log;
use crate::terminal::say;

/// Writes the whole ledger into a file, for `baohan import` into another kind of store or another number of shards.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan export --config baohan.toml ledger-2026-07-01.gz

Stop what writes first: what is written after the moment that the file shows is not in it, and the command says so with exit code 1. The
file holds events, the journal, keys as they are wrapped, numbers, answers, deliveries, sections and readings. It does not hold the master
key and the documents: bring those along by hand. It is compressed JSON, a line a record (docs/moving.md).")]
pub struct Export {
    #[command(flatten)]
    file: ConfigFile,
    /// The file to write; it must not be there.
    to: PathBuf,
}

impl Export {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let exported = runtime()?.block_on(async {
            let log = open_log(&config, &clock, true).await?;
            let exported = baohan_moving::export(&log, &self.to, clock.now()).await;
            log.close().await;
            anyhow::Ok(exported?)
        })?;
        say!("{} events are in {}", exported.events, self.to.display());
        say!("SM3 {}", exported.sm3);
        if exported.written_since == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        say!(
            "{} events were written meanwhile and are not in it: stop what writes, and export again",
            exported.written_since
        );
        Ok(ExitCode::from(EXIT_FAILED))
    }
}
