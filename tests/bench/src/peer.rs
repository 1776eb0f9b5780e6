use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::ledger::{APPKEY, SECRET, beside, free_address};

const LISTENS_WITHIN: Duration = Duration::from_secs(30);

/// The plain service, as a process.
pub struct Peer {
    child: Child,
    /// Where it is called, `host:port`.
    pub address: String,
}

impl Peer {
    /// Starts it on a database.
    pub async fn start(database: &str) -> anyhow::Result<Self> {
        let address = free_address()?;
        let program = beside("baohan-bench-peer");
        let child = Command::new(&program)
            .args(["--listen", &address, "--database", database, "--appkey", APPKEY, "--secret", SECRET])
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start: build it with --release", program.display()))?;
        let started = Instant::now();
        while started.elapsed() < LISTENS_WITHIN {
            if TcpStream::connect(&address).await.is_ok() {
                return Ok(Self { child, address });
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the peer does not listen within {LISTENS_WITHIN:?}")
    }

    /// Ends it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}
