//! Whether what a store holds is what was sealed and signed; and whether an evidence file proves what it says.

mod brought;
mod evidence;
mod opening;
mod telling;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use baohan_log::Log;
use baohan_proof::{Brought, Options, Progress, Report, Step, verify};
use baohan_seal::SignedCheckpoint;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use uuid::Uuid;

use super::{ConfigFile, EXIT_FAILED, runtime};
use crate::logs;
use crate::terminal::say;
use brought::WitnessNamed;
use opening::Opened;

/// Exit code where nothing can be said about the records: the store does not answer, a file cannot be read, no key was given.
const EXIT_NOT_VERIFIED: u8 = 2;

/// Verifies the whole store, one guarantee, or an evidence file: whether it is what was sealed and signed, and if not, which record is the
/// first that is not, and how.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan verify --config baohan.toml                                  the whole store, with all that belongs to it
  baohan verify --config baohan.toml --since 812                      only what came after checkpoint 812
  baohan verify --config baohan.toml --guarantee 0b0f4b2e-6c1d-5a39-9d3e-0e6d6c1f8a11
  baohan verify --config baohan.toml --checkpoints /mnt/worm/checkpoints
  baohan verify --store postgres://auditor@host/ledger --key 04a1… --witness http://notary.example:8070
  baohan verify --evidence SQ202603020001.json --key 04a1… --witness notary.example=04b2…    offline, without a configuration

Nothing is written, and the ledger may be at work. Checkpoints from outside of the store (a write-once folder, a witness's memory) find
what the store's own cannot: a history that was rewritten and signed again. Those that the configuration names are asked by themselves.

Exit code: 0 all fits, 1 something does not, 2 it could not be verified (ADR 0018).")]
pub struct Verify {
    #[command(flatten)]
    file: ConfigFile,
    /// The store, in place of a configuration: sqlite:FILE or postgres://…
    #[arg(long, value_name = "URL", conflicts_with = "evidence")]
    store: Option<String>,
    /// The projections' database, where it is not beside the store.
    #[arg(long, value_name = "URL", requires = "store")]
    projections: Option<String>,
    /// Only what came after this checkpoint, which is believed: a number, or a file with the signed note.
    #[arg(long, value_name = "CHECKPOINT", conflicts_with_all = ["guarantee", "evidence"])]
    since: Option<String>,
    /// Only this guarantee: its id or its number.
    #[arg(long, value_name = "ID", conflicts_with = "evidence")]
    guarantee: Option<String>,
    /// An evidence file, in place of a store. Nothing else is needed or asked.
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// The ledger's public key: 130 hex digits, or a file with them or in PEM. May be given several times.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// A witness: its address, whose memory is compared with the store, or NAME=KEY, whose co-signatures must be there. May be given several
    /// times.
    #[arg(long = "witness", value_name = "WITNESS")]
    witnesses: Vec<WitnessNamed>,
    /// Checkpoints from outside of the store: a file, or a folder with many. May be given several times.
    #[arg(long = "checkpoints", value_name = "PATH", conflicts_with = "evidence")]
    checkpoints: Vec<PathBuf>,
    /// Nothing that stands beside the log: no timeline, guarantees, journal, documents.
    #[arg(long, conflicts_with = "evidence")]
    log_alone: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(self) -> ExitCode {
        let (json, offline) = (self.json, self.evidence.is_some());
        let done = if offline { self.of_a_file() } else { self.of_a_store() };
        match done {
            Ok(code) => code,
            Err(error) if json => {
                say!("{}", json!({ "error": format!("{error:#}") }));
                ExitCode::from(EXIT_NOT_VERIFIED)
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                eprintln!("It could not be verified. Nothing is said about the records.");
                ExitCode::from(EXIT_NOT_VERIFIED)
            }
        }
    }

    fn of_a_file(&self) -> anyhow::Result<ExitCode> {
        let file = self.evidence.as_deref().context("which file?")?;
        evidence::verify(file, &self.keys, &self.witnesses, self.json)
    }

    fn of_a_store(self) -> anyhow::Result<ExitCode> {
        let opened = if let Some(store) = &self.store {
            Opened::of_a_url(store, self.projections.as_deref())
        } else {
            let config = self.file.load()?;
            logs::start(&config.log);
            Opened::of_a_configuration(config)
        };
        let (report, place) = runtime()?.block_on(async {
            let place = opened.place();
            let (sources, remarks) = opened.sources(&self.keys, &self.witnesses, &self.checkpoints).await?;
            let options = self.options(&sources.log).await?;
            let bar = Bar::begin(self.json);
            let mut report = verify(&sources, &options, &bar.progress()).await?;
            bar.end();
            report.remarks.splice(0..0, remarks);
            if let Some(projections) = &sources.projections {
                projections.close().await;
            }
            sources.log.close().await;
            anyhow::Ok((report, place))
        })?;
        if self.json {
            say!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            telling::tell(&report, &place);
        }
        Ok(code(&report))
    }

    async fn options(&self, log: &Log) -> anyhow::Result<Options> {
        let since = match &self.since {
            Some(since) => Some(begin(log, since).await?),
            None => None,
        };
        let guarantee = match &self.guarantee {
            Some(named) => Some(find(log, named).await?),
            None => None,
        };
        Ok(Options { since, guarantee, log_alone: self.log_alone })
    }
}

/// A checkpoint that is named by its number, or stands in a file.
async fn begin(log: &Log, named: &str) -> anyhow::Result<SignedCheckpoint> {
    let Ok(number) = named.parse::<u64>() else {
        let file = PathBuf::from(named);
        let mut brought = Brought::from_path(&file)?;
        return Ok(brought.pop().with_context(|| format!("{named} holds no checkpoint"))?.signed);
    };
    let kept = log.kept_checkpoint(number).await?;
    let kept = kept.with_context(|| format!("the store keeps no checkpoint {number}"))?;
    SignedCheckpoint::parse(&kept.note)
        .with_context(|| format!("checkpoint {number} of the store cannot be read"))
}

async fn find(log: &Log, named: &str) -> anyhow::Result<Uuid> {
    if let Some(owner) = log.guarantee_number_owner(named.trim()).await? {
        return Ok(owner);
    }
    match Uuid::parse_str(named.trim()) {
        Ok(id) => Ok(id),
        Err(_) => bail!("{named} is neither a guarantee's id nor a guarantee number in the ledger"),
    }
}

fn code(report: &Report) -> ExitCode {
    if !report.fits {
        ExitCode::from(EXIT_FAILED)
    } else if report.is_signed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_NOT_VERIFIED)
    }
}

/// How far it is, on a terminal.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn begin(is_for_a_program: bool) -> Self {
        let shows = !is_for_a_program && std::io::stderr().is_terminal();
        let style = ProgressStyle::with_template(
            "{bar:40} {human_pos} of {human_len} records, {per_sec}, {eta} left",
        );
        Self(style.ok().filter(|_| shows).map(|style| ProgressBar::new(0).with_style(style)))
    }

    fn progress(&self) -> Progress {
        let bar = self.0.clone();
        Arc::new(move |Step { done, total }| {
            if let Some(bar) = &bar {
                bar.set_length(total);
                bar.set_position(done);
            }
        })
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
