use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use baohan_ledger::{Clock, SystemClock};
use baohan_log::Log;
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
  baohan projections rebuild --guarantee 0b0f4b2e-6c1d-5a39-9d3e-0e6d6c1f8a11
  baohan projections pause | resume | cancel [NAME…]")]
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
        #[arg(required_unless_present = "guarantee", value_name = "NAME")]
        names: Vec<String>,
        /// Only the rows of this guarantee, in all of them, at once.
        #[arg(long, value_name = "ID", conflicts_with = "names")]
        guarantee: Option<Uuid>,
        /// Does not wait until they are built.
        #[arg(long)]
        no_wait: bool,
    },
    /// Lets what is being built rest.
    Pause {
        /// Which; all of it where none is named.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Goes on with what rests or has stopped.
    Resume {
        /// Which; all of it where none is named.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Gives up what is being built; what answers stays.
    Cancel {
        /// Which; all of it where none is named.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
}

/// Who carries requests out: the running ledger, or this process.
enum Desk {
    Running(Box<Config>),
    Here(Box<(Log, Projections)>),
}

impl ProjectionsCommand {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        runtime()?.block_on(async {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let looks = matches!(self.what, What::Status);
            let desk = Desk::find(config, &clock, looks).await?;
            let done = self.what.carry_out(&desk, &*clock).await;
            if let Desk::Here(opened) = desk {
                let (log, projections) = *opened;
                projections.close().await;
                log.close().await;
            }
            done
        })
    }
}

impl Desk {
    /// Who only `looks` disturbs nobody and writes nothing.
    async fn find(config: Config, clock: &Arc<dyn Clock>, looks: bool) -> anyhow::Result<Self> {
        let asked = ask(&config, &roles::Request::Projections(Request::Status)).await?;
        if asked.is_some() {
            return Ok(Self::Running(Box::new(config)));
        }
        // Beside a file it is enough to read the log; on a server other processes may run elsewhere, and turns are taken in it.
        let log = open_log(&config, clock, looks || !config.store.url.is_postgres()).await?;
        let options = projection_options(&config, looks);
        let projections =
            Projections::open(log.clone(), options).await.context("[projections] cannot be opened")?;
        Ok(Self::Here(Box::new((log, projections))))
    }

    async fn ask(&self, request: Request, clock: &dyn Clock) -> anyhow::Result<Report> {
        match self {
            Self::Here(opened) => projecting::carry_out(&opened.1, request, clock.now()).await,
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
            Self::Rebuild { guarantee: Some(guarantee), .. } => {
                (Request::RebuildGuarantee { guarantee }, false)
            }
            Self::Rebuild { names, no_wait, .. } => (Request::Rebuild { names }, !no_wait),
            Self::Pause { names } => (Request::Pause { names }, false),
            Self::Resume { names } => (Request::Resume { names }, false),
            Self::Cancel { names } => (Request::Cancel { names }, false),
        };
        let mut report = desk.ask(request, clock).await?;
        if waits {
            report = desk.built(clock).await?;
        }
        say!("{report}");
        Ok(if report.is_stopped() { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
    }
}

impl Desk {
    /// Waits until nothing is being built any more. A stopped ledger has nobody who builds, so this process does; beside
    /// running processes it waits for the one that has the turn.
    async fn built(&self, clock: &dyn Clock) -> anyhow::Result<Report> {
        let building = async {
            match self {
                Self::Here(opened) => Ok(opened.1.carry_out_rebuilds(std::future::pending()).await?),
                Self::Running(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            built = building => {
                let built: anyhow::Result<()> = built;
                built?;
                self.ask(Request::Status, clock).await
            }
            watched = watch(self, clock) => watched,
        }
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
