use std::process::{Command, Stdio};
use std::time::Duration;

use baohan_servers::{Kept, Port, until};

use crate::process::{is_ready, program};
use crate::setting::Setting;

/// A process reads its configuration, opens its databases and is asked; the machine may build meanwhile.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// How much of its log a failed test shows.
const LOG_LINES: usize = 40;

/// One process of a fleet.
#[derive(Debug)]
pub struct Member {
    roles: &'static str,
    kept: Kept,
    gateway: Port,
    office: Port,
    probes: Port,
    config: String,
    script: String,
}

impl Member {
    /// Makes its configuration and starts it; returns before it is ready.
    pub fn start(
        roles: &'static str,
        setting: &Setting<'_>,
        shared: &std::path::Path,
        wrapper: &str,
    ) -> Self {
        let kept = Kept::begin("process", "TERM");
        let [gateway, office, probes] = [Port::free(), Port::free(), Port::free()];
        let own = Setting { gateway: &gateway.address(), office: &office.address(), ..*setting };
        let config = kept.script("baohan.toml", &own.text(shared));
        let script = format!(
            "export NO_PROXY=127.0.0.1,localhost\nexec {wrapper} {} serve --config {config} --role {roles} --probes {}",
            program().display(),
            probes.address()
        );
        let mut member = Self { roles, kept, gateway, office, probes, config, script };
        member.start_again();
        member
    }

    /// What it does, as on the command line.
    pub fn roles(&self) -> &'static str {
        self.roles
    }

    /// Whether it does this.
    pub fn has(&self, role: &str) -> bool {
        self.roles.split(',').any(|own| own == role)
    }

    /// Where platforms call it.
    pub fn gateway(&self) -> String {
        self.gateway.address()
    }

    /// Where people call it.
    pub fn office(&self) -> String {
        self.office.address()
    }

    /// Starts it on what is there.
    pub fn start_again(&mut self) {
        self.kept.start(&self.script);
    }

    /// Another program over the same configuration, as an operator would run it beside.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).args(["--config", &self.config]).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Waits until it says that it serves.
    pub async fn ready(&self) {
        let probes = self.probes.address();
        until("the process is ready", READY_WITHIN, async || {
            assert!(!self.kept.has_ended(), "a process of {} has ended:\n{}", self.roles, self.log());
            is_ready(&probes).await.then_some(())
        })
        .await;
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.kept.kill();
    }

    /// Stops it where it is.
    pub fn pause(&self) {
        self.kept.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.kept.signal("CONT");
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> bool {
        self.kept.has_ended()
    }

    /// Its metrics.
    pub async fn metrics(&self) -> String {
        let address = format!("http://{}/metrics", self.probes.address());
        let answer = crate::process::client().get(address).send().await.expect("an answer");
        answer.text().await.expect("a text")
    }

    /// What it has said.
    pub fn log(&self) -> String {
        self.kept.log()
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            // Calls that went well say nothing of what went wrong.
            let lines: Vec<_> = log.lines().filter(|line| !line.contains(" INFO ")).collect();
            let tail = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n");
            eprintln!("--- {} ---\n{tail}", self.roles);
        }
    }
}
