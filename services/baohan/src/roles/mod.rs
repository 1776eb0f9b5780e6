//! From a configuration to running services: the roles of one process, and their end.

mod control;
mod foundation;
mod gateway;
mod notifier;
mod office;
mod probes;
mod projector;
mod relay;
mod role;
mod sealer;
mod watchdog;
mod worker;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;

pub use control::{Reply, Request, ask};
pub use foundation::{
    Foundation, is_new, log_options, master_key_of, open_log, projection_options, settings,
};
pub use role::{Role, Start};
pub use sealer::Sealing;

/// A process at work.
pub struct Running {
    /// Where platforms call, if they can.
    pub gateway: Option<SocketAddr>,
    /// Where the office is called, if it can be.
    pub office: Option<SocketAddr>,
    roles: BTreeSet<Role>,
    relay: Option<baohan_relay::Relay>,
    sealing: Sealing,
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

/// Starts the roles; when this returns, calls are taken. Cancel `stop` to end them, then call [`Running::finish`].
pub async fn start(config: Config, start: Start, stop: CancellationToken) -> anyhow::Result<Running> {
    let roles = start.meant(&config)?;
    // The addresses first: a second start on the same machine must not touch anything.
    let gateway = bind(roles.contains(&Role::Gateway), config.gateway.listen, "[gateway]").await?;
    let office = bind(roles.contains(&Role::Office), config.office.listen, "[office]").await?;
    let probes = match start.probes {
        Some(address) => bind(true, address, "--probes").await?,
        None => None,
    };
    let foundation = Foundation::lay(config, &start).await?;
    let mut running = Running {
        gateway: None,
        office: None,
        roles: roles.clone(),
        relay: None,
        sealing: Sealing::default(),
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
    running.sealing = sealer::start(&running).await?;
    if roles.contains(&Role::Notifier) {
        notifier::start(&running)?;
    }
    if roles.contains(&Role::Relay) {
        running.relay = Some(relay::start(&running)?);
    }
    if !start.read_only {
        control::start(&running)?;
    }
    watchdog::start(&running);
    if let Some(listener) = probes {
        probes::start(&running, listener, &start);
    }
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

    /// What this process does.
    pub fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// The relay, where it is in this process.
    pub fn relay(&self) -> Option<&baohan_relay::Relay> {
        self.relay.as_ref()
    }

    /// What this process has of the seal.
    pub fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    /// What the roles stand on.
    pub fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}
