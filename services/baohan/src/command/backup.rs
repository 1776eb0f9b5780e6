use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use baohan_ledger::{Clock, SystemClock};
use clap::Args;

use super::{ConfigFile, runtime};
use crate::logs;
use crate::roles::open_log;
use crate::terminal::say;

/// Copies a SQLite ledger into a file while it is written to, and looks the copy through.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan backup --config baohan.toml /backup/ledger-2026-07-01.db

The copy is the ledger as it stood at one moment. It does not hold the master key and the documents: keep those as well, and the key
apart. To go on from a copy, put it in the ledger's place and start with `baohan serve --new-incarnation`. PostgreSQL has means of its
own: docs/operations.md.")]
pub struct Backup {
    #[command(flatten)]
    file: ConfigFile,
    /// The file to write; it must not be there.
    to: PathBuf,
}

impl Backup {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        if config.store.url.is_postgres() {
            bail!("a ledger on PostgreSQL is backed up by PostgreSQL's own means: docs/operations.md");
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let backup = runtime()?.block_on(async {
            let log = open_log(&config, &clock, true).await?;
            let backup =
                log.backup(&self.to).await.with_context(|| format!("no backup at {}", self.to.display()));
            log.close().await;
            backup
        })?;
        say!(
            "{} holds the ledger up to position {}, {} bytes, looked through",
            self.to.display(),
            backup.position,
            backup.bytes
        );
        Ok(ExitCode::SUCCESS)
    }
}
