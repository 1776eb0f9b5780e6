use std::process::ExitCode;

use baohan_ledger::SystemClock;
use clap::Args;

use super::{ConfigFile, EXIT_FAILED, runtime};
use crate::doctor::{self, Health};
use crate::terminal::say;

/// Looks whether everything is there: store, master key, seal, Kafka, documents, typeface, disk, each platform and its clock.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan doctor --config /etc/baohan/baohan.toml
  baohan doctor --prepare      makes tables on PostgreSQL and topics on Kafka

Without --prepare nothing is written but a file that is removed again, and no notice is sent: a platform is asked with HEAD. Exit code 1 when something is broken.")]
pub struct Doctor {
    #[command(flatten)]
    file: ConfigFile,
    /// Makes what is missing on the servers: the tables on PostgreSQL (or migrates them), the topics on Kafka.
    #[arg(long)]
    prepare: bool,
}

impl Doctor {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        let findings = runtime()?.block_on(doctor::examine(&config, &SystemClock, self.prepare));
        for finding in &findings {
            say!("{finding}");
        }
        let broken = findings.iter().filter(|finding| finding.health == Health::Broken).count();
        if broken == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        say!("{broken} of {} checks found something broken", findings.len());
        Ok(ExitCode::from(EXIT_FAILED))
    }
}
