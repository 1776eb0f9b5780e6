use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::load::get;

/// The platform's key in every measurement.
pub const APPKEY: &str = "jyzx-bench";
/// Its secret.
pub const SECRET: &str = "bench-secret-01";
/// The office token.
pub const TOKEN: &str = "bench-token";
/// Its SHA-256.
const TOKEN_SHA256: &str = "7137e16f75a1d75b6fd65930672814806cdc1a0d6e0aa38611afc996a402258b";
/// The name of its configuration.
const CONFIGURATION: &str = "baohan.toml";
const READY_WITHIN: Duration = Duration::from_mins(1);
const LISTED_WITHIN: Duration = Duration::from_mins(10);
const PAGE_BYTES: u64 = 4096;
/// The kernel's clock ticks a second (`USER_HZ`), which is 100 on every Linux of today.
pub const TICKS_A_SECOND: f64 = 100.0;

/// A ledger under measurement: its folder, its process, its addresses.
pub struct Ledger {
    folder: TempDir,
    store: String,
    child: Child,
    /// Where platforms call, `host:port`.
    pub gateway: String,
    /// Where the office calls.
    pub office: String,
    /// From start to ready.
    pub ready_after: Duration,
}

impl Ledger {
    /// Starts one on an empty folder.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let store = format!("sqlite:{}/ledger.db", folder.path().display());
        Self::start_on(folder, store).await
    }

    /// Starts one whose store is that database, which is empty; its files lie in an empty folder.
    pub async fn start_on_store(url: &str) -> anyhow::Result<Self> {
        Self::start_on(TempDir::new()?, url.to_owned()).await
    }

    async fn start_on(folder: TempDir, store: String) -> anyhow::Result<Self> {
        let (gateway, office) = (free_address()?, free_address()?);
        let config = folder.path().join(CONFIGURATION);
        std::fs::write(&config, configuration(folder.path(), &gateway, &office, &store))?;
        let started = Instant::now();
        let log = std::fs::File::create(folder.path().join("baohan.log"))?;
        let mut child = Command::new(program())
            .args(["serve", "--config"])
            .arg(&config)
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start: build it with --release", program().display()))?;
        while started.elapsed() < READY_WITHIN {
            if let Some(status) = child.try_wait()? {
                let log = std::fs::read_to_string(folder.path().join("baohan.log")).unwrap_or_default();
                bail!("the ledger ended with {status}:\n{log}");
            }
            if get(&office, "/readyz", None).await.is_ok_and(|answer| answer.status == 200) {
                let ready_after = started.elapsed();
                return Ok(Self { folder, store, child, gateway, office, ready_after });
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the ledger is not ready within {READY_WITHIN:?}")
    }

    /// Waits until the list shows that application: then the projections have seen everything before it.
    pub async fn has_listed(&self, application_no: &str) -> anyhow::Result<()> {
        let path = format!("/api/v1/guarantees?application_no={application_no}");
        let started = Instant::now();
        while started.elapsed() < LISTED_WITHIN {
            let found: serde_json::Value =
                serde_json::from_slice(&get(&self.office, &path, Some(TOKEN)).await?.body)?;
            if found["items"][0]["id"].is_string() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("{application_no} is not listed within {LISTED_WITHIN:?}")
    }

    /// Ends it softly, lets its store be filled past it, and starts it again.
    pub async fn filled<F>(self, fill: impl FnOnce(String) -> F) -> anyhow::Result<Self>
    where
        F: Future<Output = anyhow::Result<()>>,
    {
        let store = self.store.clone();
        let folder = self.stop().await?;
        fill(store.clone()).await?;
        Self::start_on(folder, store).await
    }

    /// The file of its configuration.
    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join(CONFIGURATION)
    }

    /// Ends it softly and starts it again on what it wrote.
    pub async fn restart(self) -> anyhow::Result<Self> {
        let store = self.store.clone();
        let folder = self.stop().await?;
        Self::start_on(folder, store).await
    }

    /// Ends it softly.
    pub async fn stop(mut self) -> anyhow::Result<TempDir> {
        if let Some(id) = self.child.id() {
            Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        }
        self.child.wait().await?;
        Ok(self.folder)
    }

    /// Memory in use, in MiB.
    pub fn resident_mib(&self) -> anyhow::Result<f64> {
        let pages = self.proc_field("statm", 1)?;
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        Ok((pages * PAGE_BYTES) as f64 / 1_048_576.0)
    }

    /// Processor time spent, in seconds.
    pub fn processor_seconds(&self) -> anyhow::Result<f64> {
        let ticks = self.proc_field("stat", 13)? + self.proc_field("stat", 14)?;
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        Ok(ticks as f64 / TICKS_A_SECOND)
    }

    fn proc_field(&self, file: &str, index: usize) -> anyhow::Result<u64> {
        let id = self.child.id().context("the ledger has ended")?;
        let text = std::fs::read_to_string(format!("/proc/{id}/{file}"))?;
        let field = text.split_whitespace().nth(index).context("a field of /proc")?;
        Ok(field.parse()?)
    }
}

fn program() -> PathBuf {
    std::env::var_os("BAOHAN").map_or_else(|| beside("baohan"), PathBuf::from)
}

/// A program that was built with this one.
pub fn beside(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.parent().unwrap_or(Path::new(".")).join(name)
}

/// An address on which nobody listens.
pub fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn configuration(folder: &Path, gateway: &str, office: &str, store: &str) -> String {
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
name = "bench"
token_sha256 = "{TOKEN_SHA256}"
roles = ["underwriter", "operator", "auditor", "finance"]
[store]
url = "{store}"
[keys]
master_file = "{folder}/master.key"
[documents]
url = "file:{folder}/documents"
[underwriting]
unpaid_days = 0
[[platforms]]
appkey = "{APPKEY}"
appsecret = "{SECRET}"
name = "测试交易中心"
base_url = "http://127.0.0.1:9"
timestamp_window_seconds = 0
"#
    )
}
