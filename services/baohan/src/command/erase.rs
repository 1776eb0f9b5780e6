use std::process::ExitCode;
use std::sync::Arc;

use baohan_ledger::{Clock, Ledger, SystemClock};
use clap::Args;

use super::{ConfigFile, runtime};
use crate::roles::{Reply, Request, ask, master_key_of, open_log};
use crate::terminal::say;
use crate::{erasure, logs};

/// Erases the personal data of a guarantee for ever: names, telephones and mailboxes of natural persons, in backups too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan erase --config baohan.toml BH2026030200000001
  baohan erase --config baohan.toml 0b0f4b2e-6c1d-5a39-9d3e-0e6d6c1f8a11

The guarantee's key is destroyed and the bodies of its calls are erased from the journal, which keeps an entry of it. Firms,
amounts, events and hashes stay. It works while the ledger runs, and when it does not. It cannot be undone.")]
pub struct Erase {
    #[command(flatten)]
    file: ConfigFile,
    /// The guarantee's id, or its number.
    guarantee: String,
}

impl Erase {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.file.load()?;
        logs::start(&config.log);
        let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER"));
        let actor = format!("command line ({})", user.as_deref().unwrap_or("unknown user"));
        let done = runtime()?.block_on(async {
            let request = Request::Erase { guarantee: self.guarantee.clone(), actor: actor.clone() };
            if let Some(Reply::Done(done)) = ask(&config, &request).await? {
                return Ok(done);
            }
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let log = open_log(&config, &clock, false).await?;
            let key = master_key_of(&config, &log, &*clock).await?;
            let ledger = Ledger::new(log.clone(), key, clock);
            let erased = erasure::erase(&ledger, &self.guarantee, &actor).await;
            log.close().await;
            let (id, erasure) = erased?;
            anyhow::Ok(erasure::told(id, &erasure))
        })?;
        say!("{done}");
        Ok(ExitCode::SUCCESS)
    }
}
