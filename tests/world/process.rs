use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Office, Platform};

const READY_WITHIN: Duration = Duration::from_mins(1);
/// What the office's caller shows; the configuration holds its SHA-256.
pub const TOKEN: &str = "black-box-token";
const TOKEN_SHA256: &str = "9c3ed721499b4f25089a86129f6b62cd107ef83b034a0ff7371fd0bb5bd3a756";
pub const APPKEY: &str = "jyzx-black-box";
pub const SECRET: &str = "black-box-secret-01";

/// A ledger's process and folder.
pub struct Ledger {
    pub folder: TempDir,
    pub gateway: String,
    pub office: String,
    child: Option<Child>,
}

impl Ledger {
    /// On an empty folder, with these lines behind the configuration; `{platform}` stands for the platform's address.
    pub async fn start(platform_address: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (gateway, office) = (free_address(), free_address());
        let config = configuration(folder.path(), &gateway, &office, platform_address, more);
        std::fs::write(folder.path().join("baohan.toml"), config).expect("the configuration is written");
        let mut ledger = Self { folder, gateway, office, child: None };
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
        // The clients of the tests need a provider of ciphers; a second installation changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let log = File::options().create(true).append(true).open(self.log_path()).expect("a log");
        let child = Command::new(program())
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
            if let Ok(answer) = reqwest::get(format!("http://{}/readyz", self.office)).await
                && answer.status() == 200
            {
                return;
            }
            wait_a_moment().await;
        }
        panic!("not ready within {READY_WITHIN:?}:\n{}", self.log());
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
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

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    pub fn store(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    pub fn platform(&self) -> Platform {
        Platform::calling(&self.gateway)
    }

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

pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_baohan")
}

pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}

/// Between two looks at another process, which cannot tell us when it is there. The one place where tests sleep.
pub async fn wait_a_moment() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Lets another process work until some moment at which it is killed.
pub async fn let_it_work(time: Duration) {
    tokio::time::sleep(time).await;
}

fn configuration(folder: &Path, gateway: &str, office: &str, platform_address: &str, more: &str) -> String {
    let folder = folder.display();
    format!(
        r#"
[institution]
name = "示例融资担保有限公司"
[gateway]
listen = "{gateway}"
public_url = "http://{gateway}"
[office]
listen = "{office}"
[[office.tokens]]
name = "black-box"
token_sha256 = "{TOKEN_SHA256}"
roles = ["underwriter", "operator", "auditor", "finance"]
[store]
url = "sqlite:{folder}/ledger.db"
[keys]
master_file = "{folder}/master.key"
[documents]
url = "file:{folder}/documents"
{more}
[[platforms]]
appkey = "{APPKEY}"
appsecret = "{SECRET}"
name = "黑盒交易中心"
base_url = "{platform_address}"
"#
    )
}
