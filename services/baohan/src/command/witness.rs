use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use baohan_ledger::{Clock as _, SystemClock};
use baohan_seal::Signer;
use baohan_witness::Witness;
use clap::Args;
use tokio::net::TcpListener;

use super::{ConfigFile, runtime};
use crate::config;
use crate::signing_key::{self, KeyPlace, Obtained};
use crate::terminal::say;
use crate::{logs, shutdown};

/// Runs a witness: it remembers the newest checkpoint of each ledger that it watches, and co-signs only what adds to it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan witness --config witness.toml             serves until it is told to stop
  baohan witness --config witness.toml --show-key  name and public key, for [[seal.witnesses]] of the ledgers

The configuration needs [witness] and nothing of a ledger. It is best run under other people's hands than the ledger, with its folder on a disk of its own.")]
pub struct WitnessCommand {
    #[command(flatten)]
    file: ConfigFile,
    /// Prints name and public key and ends; a key is made where there is none yet.
    #[arg(long)]
    show_key: bool,
}

impl WitnessCommand {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (config, log) = self.file.load_witness()?;
        logs::start(&log);
        let signer = signer(&config)?;
        if self.show_key {
            say!("name = {:?}", config.name);
            say!("public_key = \"{}\"", signer.public_key());
            return Ok(ExitCode::SUCCESS);
        }
        runtime()?.block_on(async {
            let stop = shutdown::on_signals()?;
            let listener = TcpListener::bind(config.listen)
                .await
                .with_context(|| format!("[witness] cannot listen on {}", config.listen))?;
            let now = Arc::new(|| SystemClock.now());
            let (ledgers, key_id) = (config.ledgers.len(), signer.public_key().id());
            let witness = Witness::open(&config.folder, Arc::new(signer), &config.name, config.ledgers, now)
                .with_context(|| format!("[witness] folder {}", config.folder.display()))?;
            let address = listener.local_addr()?;
            tracing::info!(%address, name = config.name, key_id, ledgers, "the witness {} listens on {address}", config.name);
            witness.serve(listener, async move { stop.cancelled().await }).await?;
            tracing::info!("stopped: everything that was co-signed is remembered");
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// The witness's key. One is made while nothing is remembered: with another key it would be another witness.
fn signer(config: &config::Witness) -> anyhow::Result<Signer> {
    let remembers = std::fs::read_dir(&config.folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            entry.file_name().to_string_lossy().ends_with(".memory")
                && entry.metadata().is_ok_and(|file| file.len() > 0)
        })
    });
    let Obtained { signer, made } =
        signing_key::obtain(&config.key, !remembers).context("[witness] has no key")?;
    if let (Some(file), KeyPlace::File(_)) = (made, &config.key) {
        let key_id = signer.public_key().id();
        tracing::warn!(file = %file.display(), key_id, "a new key of this witness was made: back it up");
    }
    Ok(signer)
}
