use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::runtime;
use crate::quickstart;

/// Shows whole lives of guarantees: the ledger and a trading centre's platform in one process, talking over HTTP.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan quickstart          plays the lives, then stays up until Ctrl-C
  baohan quickstart --once   ends then; exit code 0 only if every step came out right")]
pub struct Quickstart {
    /// Ends when the lives are over.
    #[arg(long)]
    once: bool,
    /// Where the ledger, the documents and the log lie; each run in a new folder below it.
    #[arg(long, value_name = "FOLDER", default_value = "quickstart")]
    data: PathBuf,
}

impl Quickstart {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        runtime()?.block_on(quickstart::run(&self.data, self.once))?;
        Ok(ExitCode::SUCCESS)
    }
}
