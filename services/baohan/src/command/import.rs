use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use baohan_ledger::{Clock, SystemClock};
use clap::Args;

use super::{ConfigFile, runtime};
use crate::logs;
use crate::roles::log_options;
use crate::terminal::say;

/// Reads a whole ledger out of a file of `baohan export` into the configured store, which must be empty.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan import --config baohan-postgres.toml ledger-2026-07-01.gz

Payloads, metadata, ids and times stay byte for byte; shards and positions are given anew. The store is there when all of the file is in
it and its digest is right, and not before: what ends in the middle leaves nothing, and the same can be done again. The master key must be
the one of the old store. Projections fill themselves when `baohan serve` starts. Where Kafka is used, take a new topic_prefix
(docs/moving.md).")]
pub struct Import {
    #[command(flatten)]
    file: ConfigFile,
    /// The file to read.
    from: PathBuf,
}

impl Import {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let imported = runtime()?
            .block_on(baohan_moving::import(&log_options(&config, &clock), &self.from))
            .with_context(|| {
                format!("{} did not come into [store] {}", self.from.display(), config.store.url)
            })?;
        say!("{} events came into {}", imported.events, config.store.url);
        for (shard, position) in imported.positions.iter().enumerate() {
            say!("shard {shard}: position {position}");
        }
        say!("SM3 {}", imported.sm3);
        Ok(ExitCode::SUCCESS)
    }
}
