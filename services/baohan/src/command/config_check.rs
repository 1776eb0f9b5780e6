use std::process::ExitCode;

use clap::Args;

use super::ConfigFile;
use crate::config::{Environment, WitnessConfig};

/// Reads the configuration and prints what was understood, secrets as ***; exit code 0, or 2 with every mistake.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan config check --config /etc/baohan/baohan.toml
  BAOHAN__GATEWAY__LISTEN=0.0.0.0:8080 baohan config check   an override shows up with its variable's name")]
pub struct Check {
    #[command(flatten)]
    file: ConfigFile,
    /// Prints nothing when all is well.
    #[arg(long)]
    quiet: bool,
}

impl Check {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (warnings, understood) = if self.file.is_of_witness() {
            let config = WitnessConfig::load(&self.file.config, Environment::of_process())?;
            (config.warnings.clone(), config.understood())
        } else {
            let config = self.file.load()?;
            (config.warnings.clone(), config.understood())
        };
        for warning in &warnings {
            eprintln!("warning: {warning}");
        }
        if !self.quiet {
            print!("{understood}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
