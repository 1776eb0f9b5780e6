//! A witness, as somebody else would run one: with a key, a memory and an address of its own. It knows the ledger by its first key alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use baohan_ledger::Clock;
use baohan_log::Log;
use baohan_seal::{PublicKey, Signer, SigningKey};
use baohan_witness::Witness;
use rand::TryRngCore as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Its name in signature lines.
pub const NAME: &str = "notary.example";

/// Where the witness is.
#[derive(Debug)]
pub struct Notary {
    /// Its address.
    pub address: SocketAddr,
    /// The key by which its signatures are verified.
    pub public_key: PublicKey,
    folder: PathBuf,
    key_file: PathBuf,
}

impl Notary {
    /// Makes its folder and its key.
    pub fn make(folder: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let folder = folder.join("witness");
        std::fs::create_dir_all(&folder)?;
        let key = SigningKey::generate(|bytes| rand::rngs::OsRng.try_fill_bytes(bytes))?;
        let key_file = folder.join("witness.key");
        std::fs::write(&key_file, key.to_pem()?.as_bytes())?;
        let public_key = key.public_key().clone();
        Ok(Self { address, public_key, folder: folder.join("memory"), key_file })
    }

    /// Begins to co-sign what the ledger shows; `seal_key` is the file of the ledger's key, of which the public half is told.
    pub async fn start(
        &self,
        log: &Log,
        seal_key: &Path,
        clock: &Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let key_in = |file: &Path| -> anyhow::Result<SigningKey> {
            let pem = std::fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read", file.display()))?;
            Ok(SigningKey::from_pem(&pem)?)
        };
        let ledgers = vec![(log.ledger(), key_in(seal_key)?.public_key().clone())];
        let signer = Arc::new(Signer::Software(key_in(&self.key_file)?));
        let clock = Arc::clone(clock);
        let now = Arc::new(move || clock.now());
        let witness = Witness::open(&self.folder, signer, NAME, ledgers, now)?;
        let listener = TcpListener::bind(self.address).await.context("the witness cannot listen")?;
        tokio::spawn(async move {
            let serving = axum::serve(listener, witness.router());
            if let Err(error) = serving.with_graceful_shutdown(async move { stop.cancelled().await }).await {
                tracing::error!(%error, "the witness ended");
            }
        });
        Ok(())
    }
}
