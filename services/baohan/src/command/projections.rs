use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use baohan_ledger::{Clock, SystemClock};
use baohan_projections::Projections;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use uuid::Uuid;

use super::{ConfigFile, EXIT_FAILED, runtime};
use crate::config::Config;
use crate::logs;
use crate::projecting::{self, Report, Request};
use crate::roles::{self, Reply, ask, open_log, projection_options};
use crate::terminal::say;

/// How often it is looked how far a rebuild is.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often a rebuild says how far it is where nobody watches a bar.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// How the projections stand, and what is done about them: while the ledger runs, and while it does not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan projections status --config baohan.toml
  baohan projections rebuild guarantees timeline    beside the running ones, and switched over at the end
  baohan projections rebuild guarantees --guarantee 0b0f4b2e-6c1d-5a39-9d3e-0e6d6c1f8a11
  baohan projections pause | resume | cancel        what is being built")]
pub struct ProjectionsCommand {
    #[command(flatten)]
    file: ConfigFile,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How they stand: how far each has come, what it is behind, where it reads, what is being built.
    Status,
    /// Builds them anew from the log, beside the ones that answer; these are answered from until the switch.
    Rebuild {
        /// Which: guarantees, timeline, notices, claims, invoices, exposure, sections.
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// Only the rows of this guarantee, at once.
        #[arg(long, value_name = "ID")]
        guarantee: Option<Uuid>,
        /// Does not wait until it is built.
        #[arg(long)]
        no_wait: bool,
    },
    /// Lets what is being built rest.
    Pause,
    /// Goes on with what rests.
    Resume,
    /// Gives up what is being built; what answers stays.
    Cancel,
}

/// Who carries requests out: the running ledger, or this process.
enum Desk {
    Running(Box<Config>),
    Here(Box<Projections>),
}

impl ProjectionsCommand {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        runtime()?.block_on(async {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let desk = Desk::find(config, &clock).await?;
            let done = self.what.carry_out(&desk, &*clock).await;
            if let Desk::Here(projections) = desk {
                projections.close().await;
            }
            done
        })
    }
}

impl Desk {
    async fn find(config: Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        let asked = ask(&config, &roles::Request::Projections(Request::Status)).await?;
        if asked.is_some() {
            return Ok(Self::Running(Box::new(config)));
        }
        // What is written are the projections. Reading the log alone is enough beside a file; on a server other processes
        // may run elsewhere, and turns are taken in it.
        let is_file = config.store.url.expose().starts_with("sqlite:");
        let log = open_log(&config, clock, is_file).await?;
        let options = projection_options(&config, false);
        let projections = Projections::open(log, options).await.context("[projections] cannot be opened")?;
        Ok(Self::Here(Box::new(projections)))
    }

    async fn ask(&self, request: Request, clock: &dyn Clock) -> anyhow::Result<Report> {
        match self {
            Self::Here(projections) => projecting::carry_out(projections, request, clock.now()).await,
            Self::Running(config) => match ask(config, &roles::Request::Projections(request)).await? {
                Some(Reply::Projections(report)) => Ok(report),
                Some(_) => bail!("the running ledger answered something else"),
                None => bail!("the ledger ended meanwhile"),
            },
        }
    }
}

impl What {
    async fn carry_out(self, desk: &Desk, clock: &dyn Clock) -> anyhow::Result<ExitCode> {
        let (request, waits) = match self {
            Self::Status => (Request::Status, false),
            Self::Rebuild { names, guarantee: Some(guarantee), .. } => {
                (Request::RebuildGuarantee { names, guarantee }, false)
            }
            Self::Rebuild { names, guarantee: None, no_wait } => (Request::Rebuild { names }, !no_wait),
            Self::Pause => (Request::Pause, false),
            Self::Resume => (Request::Resume, false),
            Self::Cancel => (Request::Cancel, false),
        };
        let mut report = desk.ask(request, clock).await?;
        if waits {
            let helper = desk.helper().await?;
            let built = watch(desk, clock).await;
            if let Some(helper) = helper {
                helper.end().await;
            }
            report = built?;
        }
        say!("{report}");
        let stopped = report.projections.iter().any(|one| one.stopped.is_some());
        Ok(if stopped { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
    }
}

/// What builds where no other process does.
struct Helper {
    stop: tokio::sync::oneshot::Sender<()>,
    runs: tokio::task::JoinHandle<()>,
}

impl Helper {
    async fn end(self) {
        let _ = self.stop.send(());
        let _ = self.runs.await;
    }
}

impl Desk {
    /// A stopped ledger has nobody who builds, so this process does while it waits. Beside running processes it finds their
    /// turns taken and does nothing.
    async fn helper(&self) -> anyhow::Result<Option<Helper>> {
        let Self::Here(projections) = self else { return Ok(None) };
        let runner = projections.runner().await?;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let runs = tokio::spawn(runner.run(async move {
            let _ = stopped.await;
        }));
        Ok(Some(Helper { stop, runs }))
    }
}

/// Shows how far it is until nothing is being built any more.
async fn watch(desk: &Desk, clock: &dyn Clock) -> anyhow::Result<Report> {
    let bar = std::io::stderr().is_terminal().then(bar).transpose()?;
    let mut told = clock.now();
    loop {
        let report = desk.ask(Request::Status, clock).await?;
        let (done, total) = report.progress();
        if let Some(bar) = &bar {
            bar.set_length(total);
            bar.set_position(done);
        }
        if !report.is_building() {
            if let Some(bar) = &bar {
                bar.finish_and_clear();
            }
            return Ok(report);
        }
        let since = (clock.now() - told).to_std().unwrap_or_default();
        if bar.is_none() && since >= TELL_EVERY {
            told = clock.now();
            say!("{done} of {total} events applied");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn bar() -> anyhow::Result<ProgressBar> {
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} events, {per_sec}, {eta} left")?;
    Ok(ProgressBar::new(0).with_style(style))
}
