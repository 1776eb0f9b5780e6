//! The built program, and one ledger in one process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baohan_servers::{Port, wait_a_moment};
use tempfile::TempDir;

use crate::setting::Setting;
use crate::{Office, Platform};

const READY_WITHIN: Duration = Duration::from_mins(1);
/// Longer than any call may take that is answered at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// What the office's caller shows; the configuration holds its SHA-256.
pub const TOKEN: &str = "black-box-token";
/// The platform's key.
pub const APPKEY: &str = "jyzx-black-box";
/// The platform's secret.
pub const SECRET: &str = "black-box-secret-01";

/// A ledger's process and folder.
pub struct Ledger {
    /// Where its files lie.
    pub folder: TempDir,
    /// The address of its gateway.
    pub gateway: String,
    /// The address of its office.
    pub office: String,
    child: Option<Child>,
    wrapper: Vec<String>,
    _ports: [Port; 2],
}

impl Ledger {
    /// On an empty folder, with these lines behind the configuration; `{platform}` stands for the platform's address.
    pub async fn start(platform_address: &str, more: &str) -> Self {
        Self::start_by(&[], platform_address, more).await
    }

    /// As [`Ledger::start`], by a command that becomes the program; `{folder}` stands for the ledger's folder.
    pub async fn start_by(wrapper: &[&str], platform_address: &str, more: &str) -> Self {
        Self::make(wrapper, None, platform_address, more).await
    }

    /// As [`Ledger::start_by`], with the store in another place.
    pub async fn start_on(wrapper: &[&str], store: &str, platform_address: &str) -> Self {
        Self::make(wrapper, Some(store), platform_address, "").await
    }

    async fn make(wrapper: &[&str], store: Option<&str>, platform_address: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ports = [Port::free(), Port::free()];
        let [gateway, office] = ports.each_ref().map(Port::address);
        let shown = folder.path().display().to_string();
        let store =
            store.map_or_else(|| format!("sqlite:{shown}/ledger.db"), |store| format!("sqlite:{store}"));
        let setting = Setting {
            gateway: &gateway,
            office: &office,
            platform: platform_address,
            store: &store,
            of_store: "",
            more,
        };
        std::fs::write(folder.path().join("baohan.toml"), setting.text(folder.path()))
            .expect("the configuration is written");
        let wrapper = wrapper.iter().map(|word| word.replace("{folder}", &shown)).collect();
        let mut ledger = Self { folder, gateway, office, child: None, wrapper, _ports: ports };
        ledger.start_again().await;
        ledger
    }

    /// Starts the process on what is there.
    pub async fn start_again(&mut self) {
        self.start_again_with(&[]).await;
    }

    /// Starts the process on what is there, with more words on its command line.
    pub async fn start_again_with(&mut self, more: &[&str]) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.log_path()).expect("a log");
        let program = program();
        let mut words = self.wrapper.iter().map(std::ffi::OsStr::new).chain([program.as_os_str()]);
        let child = Command::new(words.next().expect("a command"))
            .args(words)
            .args(["serve", "--config"])
            .arg(self.folder.path().join("baohan.toml"))
            .args(more)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log twice"))
            .stderr(log)
            .spawn()
            .expect("the program starts");
        self.child = Some(child);
        let started = Instant::now();
        while started.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().expect("a state")) {
                panic!("the ledger ended with {status}:\n{}", self.log());
            }
            if is_ready(&self.office).await {
                return;
            }
            wait_a_moment().await;
        }
        panic!("not ready within {READY_WITHIN:?}:\n{}", self.log());
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let id = self.process().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill runs");
        assert!(status.success());
    }

    /// Ends it softly and waits; says how it ended.
    pub async fn stop(&mut self) -> std::process::ExitStatus {
        self.signal("TERM");
        self.ended(Duration::from_secs(30)).await
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self, within: Duration) -> std::process::ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let started = Instant::now();
        while started.elapsed() < within {
            if let Some(status) = child.try_wait().expect("a state") {
                return status;
            }
            wait_a_moment().await;
        }
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
        panic!("it does not end within {within:?}:\n{}", self.log());
    }

    /// What it has said.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The file of its store.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// A trading centre that calls it.
    pub fn platform(&self) -> Platform {
        Platform::calling(&self.gateway)
    }

    /// People who call it.
    pub fn office(&self) -> Office {
        Office::at(&self.office)
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("baohan.log")
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str], folder: &Path) -> std::process::Output {
    Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

/// The program that was built for this test.
pub fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("CARGO_BIN_EXE_baohan") {
        return named.into();
    }
    // It lies beside the folder of the tests' own programs.
    let test = std::env::current_exe().expect("this test's own program");
    let program = test.parent().and_then(Path::parent).expect("a build folder").join("baohan");
    assert!(program.exists(), "{} is not built", program.display());
    program
}

/// An HTTP client that gives a paused process up some time.
pub fn client() -> reqwest::Client {
    // It needs a provider of ciphers; a second installation changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(ANSWER_WITHIN).build().expect("a client")
}

/// Whether a process says that it serves.
pub async fn is_ready(address: &str) -> bool {
    let answer = client().get(format!("http://{address}/readyz")).send().await;
    answer.is_ok_and(|answer| answer.status() == 200)
}
