use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::bail;
use baohan_ledger::Clock;
use clap::ValueEnum;

use crate::config::Config;

/// What a process does. One process may do all of it, and any number of them any part, over one PostgreSQL store.
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
    /// Publishes the log on Kafka; needs [kafka].
    Relay,
}

/// How a process is started.
#[derive(Clone)]
pub struct Start {
    /// What it does; empty is all that the configuration allows.
    pub roles: BTreeSet<Role>,
    /// Nothing is written.
    pub read_only: bool,
    /// The store goes on under a new incarnation: after a restore from a backup.
    pub new_incarnation: bool,
    /// Where probes and metrics are answered, beside the office's address.
    pub probes: Option<SocketAddr>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Renders the metrics.
    pub metrics: baohan_office::Metrics,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 6] =
        [Role::Gateway, Role::Office, Role::Notifier, Role::Worker, Role::Projector, Role::Relay];
    /// The roles that only read.
    pub const READING: [Role; 2] = [Role::Gateway, Role::Office];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Role::Gateway => "gateway",
            Role::Office => "office",
            Role::Notifier => "notifier",
            Role::Worker => "worker",
            Role::Projector => "projector",
            Role::Relay => "relay",
        }
    }
}

impl Start {
    /// The roles that are meant, or why they cannot be.
    pub fn meant(&self, config: &Config) -> anyhow::Result<BTreeSet<Role>> {
        let publishes = config.kafka.is_some();
        if self.roles.contains(&Role::Relay) && !publishes {
            bail!("the role relay needs [kafka] in the configuration: it says where events are published");
        }
        if self.new_incarnation && self.read_only {
            bail!("--new-incarnation writes, and --read-only forbids it");
        }
        let all: &[Role] = if self.read_only { &Role::READING } else { &Role::ALL };
        if self.roles.is_empty() {
            return Ok(all.iter().copied().filter(|role| publishes || *role != Role::Relay).collect());
        }
        if let Some(writing) = self.roles.iter().find(|role| !all.contains(role)) {
            bail!("the role {} writes, and --read-only forbids it", writing.name());
        }
        Ok(self.roles.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use baohan_ledger::SystemClock;

    use super::*;
    use crate::config::Environment;

    fn start(roles: &[Role], read_only: bool) -> Start {
        let metrics: baohan_office::Metrics = Arc::new(String::new);
        let (new_incarnation, probes) = (false, None);
        let roles = roles.iter().copied().collect();
        Start { roles, read_only, new_incarnation, probes, clock: Arc::new(SystemClock), metrics }
    }

    fn config(more: &str) -> Config {
        let text = format!("[institution]\nname = \"示例\"\n{more}");
        Config::from_text(Path::new("baohan.toml"), text, Environment::default()).unwrap()
    }

    #[test]
    fn without_a_choice_everything_is_done_that_the_configuration_allows() {
        let alone = start(&[], false).meant(&config("")).unwrap();
        assert_eq!(alone.len(), 5);
        assert!(!alone.contains(&Role::Relay));
        let publishing = start(&[], false).meant(&config("[kafka]\n")).unwrap();
        assert_eq!(publishing, Role::ALL.into_iter().collect());
    }

    #[test]
    fn the_relay_says_what_it_needs() {
        let refused = start(&[Role::Relay], false).meant(&config("")).unwrap_err();
        assert!(refused.to_string().contains("[kafka]"));
        assert!(start(&[Role::Relay], false).meant(&config("[kafka]\n")).is_ok());
    }

    #[test]
    fn reading_alone_leaves_out_what_writes() {
        let config = config("[kafka]\n");
        assert_eq!(start(&[], true).meant(&config).unwrap(), Role::READING.into_iter().collect());
        assert!(start(&[Role::Notifier], true).meant(&config).is_err());
        assert!(start(&[Role::Office], true).meant(&config).is_ok());
        assert!(Start { new_incarnation: true, ..start(&[], true) }.meant(&config).is_err());
    }

    #[test]
    fn a_role_is_named_as_the_command_line_names_it() {
        for role in Role::ALL {
            assert_eq!(role.to_possible_value().unwrap().get_name(), role.name());
        }
    }
}
