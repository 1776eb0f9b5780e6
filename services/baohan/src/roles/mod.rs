//! From a configuration to running services: the roles of one process, and their end.

mod control;
mod foundation;
mod gateway;
mod notifier;
mod office;
mod projector;
mod watchdog;
mod worker;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use baohan_ledger::Clock;
use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;

pub use control::{ask_to_erase, told as erasure_told};
pub use foundation::{Foundation, is_empty, open_log};

/// What a process does. One process may do all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Role {
    /// HTTP for platforms.
    Gateway,
    /// HTTP for people, core systems and readers; probes and metrics.
    Office,
    /// Delivers notices.
    Notifier,
    /// Renders plain documents, issues by itself, watches the clock, polls sections.
    Worker,
    /// Applies the log to the projections.
    Projector,
    /// Publishes the log on Kafka; needs [kafka], which this version does not serve.
    Relay,
}

/// How a process is started.
#[derive(Clone)]
pub struct Start {
    /// What it does; empty is everything that this version serves.
    pub roles: BTreeSet<Role>,
    /// Nothing is written.
    pub read_only: bool,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Renders the metrics.
    pub metrics: baohan_office::Metrics,
}

/// A process at work.
pub struct Running {
    /// Where platforms call, if they can.
    pub gateway: Option<SocketAddr>,
    /// Where the office is called, if it can be.
    pub office: Option<SocketAddr>,
    foundation: Foundation,
    /// What takes calls: stopped first.
    fronts: TaskTracker,
    /// What works behind it: stopped when no call is under way any more.
    works: TaskTracker,
    /// Cancelled by whoever stops the process.
    stop: CancellationToken,
    /// Cancelled when the fronts have ended.
    finish: CancellationToken,
}

impl Role {
    /// The roles that this version serves.
    const SERVED: [Role; 5] = [Role::Gateway, Role::Office, Role::Notifier, Role::Worker, Role::Projector];
    /// The roles that only read.
    const READING: [Role; 2] = [Role::Gateway, Role::Office];
}

impl Start {
    /// The roles that are meant, or why they cannot be.
    fn meant(&self) -> anyhow::Result<BTreeSet<Role>> {
        if self.roles.contains(&Role::Relay) {
            bail!("the role relay needs [kafka], and this version does not publish: leave it out");
        }
        let all: &[Role] = if self.read_only { &Role::READING } else { &Role::SERVED };
        if self.roles.is_empty() {
            return Ok(all.iter().copied().collect());
        }
        if let Some(writing) = self.roles.iter().find(|role| !all.contains(role)) {
            bail!("the role {writing:?} writes, and --read-only forbids it");
        }
        Ok(self.roles.clone())
    }
}

/// Starts the roles; when this returns, calls are taken. Cancel `stop` to end them, then call [`Running::finish`].
pub async fn start(config: Config, start: Start, stop: CancellationToken) -> anyhow::Result<Running> {
    let roles = start.meant()?;
    // The addresses first: a second start on the same machine must not touch anything.
    let gateway = bind(roles.contains(&Role::Gateway), config.gateway.listen, "[gateway]").await?;
    let office = bind(roles.contains(&Role::Office), config.office.listen, "[office]").await?;
    let foundation = Foundation::lay(config, &start).await?;
    let mut running = Running {
        gateway: None,
        office: None,
        foundation,
        fronts: TaskTracker::new(),
        works: TaskTracker::new(),
        stop,
        finish: CancellationToken::new(),
    };
    if roles.contains(&Role::Projector) {
        projector::start(&running).await?;
    } else if !start.read_only {
        tracing::warn!("no role projector here: lists and reconciliation wait for a process that has it");
    }
    if roles.contains(&Role::Worker) {
        worker::start(&running)?;
    }
    if roles.contains(&Role::Notifier) {
        notifier::start(&running)?;
    }
    if !start.read_only {
        control::start(&running)?;
    }
    watchdog::start(&running);
    if let Some(listener) = office {
        running.office = Some(listener.local_addr()?);
        office::start(&running, listener, &start);
    }
    if let Some(listener) = gateway {
        running.gateway = Some(listener.local_addr()?);
        gateway::start(&running, listener);
    }
    Ok(running)
}

async fn bind(wanted: bool, address: SocketAddr, section: &str) -> anyhow::Result<Option<TcpListener>> {
    if !wanted {
        return Ok(None);
    }
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("{section} cannot listen on {address}"))?;
    Ok(Some(listener))
}

impl Running {
    /// Waits for the stop, lets the calls under way finish, then what works behind them, and closes the store.
    pub async fn finish(self) {
        self.stop.cancelled().await;
        self.fronts.close();
        self.fronts.wait().await;
        self.finish.cancel();
        self.works.close();
        self.works.wait().await;
        self.foundation.close().await;
        tracing::info!("stopped: everything that was answered is in the store");
    }

    /// What the roles stand on.
    pub fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

#[cfg(test)]
mod tests {
    use baohan_ledger::SystemClock;

    use super::*;

    fn start(roles: &[Role], read_only: bool) -> Start {
        let metrics: baohan_office::Metrics = Arc::new(String::new);
        Start { roles: roles.iter().copied().collect(), read_only, clock: Arc::new(SystemClock), metrics }
    }

    #[test]
    fn without_a_choice_everything_is_served() {
        assert_eq!(start(&[], false).meant().unwrap().len(), 5);
    }

    #[test]
    fn the_relay_says_what_it_needs() {
        assert!(start(&[Role::Relay], false).meant().unwrap_err().to_string().contains("[kafka]"));
    }

    #[test]
    fn reading_alone_leaves_out_what_writes() {
        assert_eq!(start(&[], true).meant().unwrap(), Role::READING.into_iter().collect());
        assert!(start(&[Role::Notifier], true).meant().is_err());
        assert!(start(&[Role::Office], true).meant().is_ok());
    }
}
