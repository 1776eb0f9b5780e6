//! A witness that serves on a port of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use baohan_seal::witnessing::{Answer, Reason, Refusal, Request};
use baohan_seal::{Cosignature, PublicKey, SignedCheckpoint};
use baohan_witness::{MemoryFault, Witness};
use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::ledger::{Ledger, key};

pub const NAME: &str = "witness.example";
/// The key of the witness.
pub const KEY: u8 = 200;
/// What the clock of the witness shows.
pub const SECONDS: u64 = 1_772_700_000;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(i64::try_from(SECONDS).unwrap(), 0).unwrap()
}

/// A witness over a folder.
pub fn open(folder: &Path, ledgers: Vec<(Uuid, PublicKey)>) -> Result<Witness, MemoryFault> {
    Witness::open(folder, Arc::new(key(KEY)), NAME, ledgers, Arc::new(now))
}

pub struct Stage {
    pub url: String,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl Stage {
    pub async fn of(ledgers: &[&Ledger]) -> Self {
        Self::over(tempfile::tempdir().unwrap(), pinned(ledgers)).await
    }

    async fn over(folder: TempDir, ledgers: Vec<(Uuid, PublicKey)>) -> Self {
        let witness = open(folder.path(), ledgers).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            witness.serve(listener, async move { stopped.await.unwrap_or_default() }).await.unwrap();
        });
        Self { url, folder, stop: Some(stop), serving: Some(serving) }
    }

    /// Ends it and starts it again over the same folder.
    pub async fn again(mut self, ledgers: &[&Ledger]) -> Self {
        self.stop.take().unwrap().send(()).unwrap();
        self.serving.take().unwrap().await.unwrap();
        Self::over(self.folder, pinned(ledgers)).await
    }

    pub fn file(&self, ledger: Uuid) -> PathBuf {
        self.folder.path().join(format!("{ledger}.memory"))
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Posts a body: the status and what came back.
    pub async fn post(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        let url = format!("{}/api/v1/witness/checkpoints", self.url);
        let response = client().post(url).body(body).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = client().get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub async fn ask(&self, request: &Request) -> Result<Cosignature, (u16, Refusal)> {
        let (status, text) = self.post(serde_json::to_vec(request).unwrap()).await;
        if status == 200 {
            let answer: Answer = serde_json::from_str(&text).unwrap();
            return Ok(Cosignature::parse(&answer.cosignature).unwrap());
        }
        Err((status, serde_json::from_str(&text).unwrap()))
    }

    /// Asks for what must be co-signed.
    pub async fn cosigns(
        &self,
        ledger: &Ledger,
        signed: &SignedCheckpoint,
        remembered: usize,
    ) -> Cosignature {
        let cosignature = self.ask(&ledger.request(signed, remembered)).await.unwrap();
        assert_eq!((cosignature.name(), cosignature.seconds()), (NAME, SECONDS));
        cosignature.verify(signed.text(), key(KEY).public_key()).unwrap();
        cosignature
    }

    /// Asks for what must be refused, with its reason.
    pub async fn refuses(&self, request: &Request, reason: Reason) -> Refusal {
        let (status, refusal) = self.ask(request).await.unwrap_err();
        assert_eq!(refusal.reason, reason, "{refusal:?}");
        assert!(status >= 400);
        refusal
    }

    /// What it remembers.
    pub async fn remembered(&self, ledger: Uuid) -> Option<SignedCheckpoint> {
        match self.get(&format!("/api/v1/witness/checkpoints/{ledger}")).await {
            (200, note) => Some(SignedCheckpoint::parse(&note).unwrap()),
            (204, _) => None,
            other => panic!("{other:?}"),
        }
    }
}

pub fn pinned(ledgers: &[&Ledger]) -> Vec<(Uuid, PublicKey)> {
    ledgers.iter().map(|ledger| (ledger.id(), ledger.first_key())).collect()
}

fn client() -> reqwest::Client {
    // A second installation says that there is one, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}
