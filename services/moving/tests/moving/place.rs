//! Where a ledger lies, and a clock that is moved by hand.

use std::path::PathBuf;
use std::sync::Arc;

use baohan_ledger::{Clock, Ledger, ManualClock, MasterKey};
use baohan_log::{Log, Options};
use baohan_moving::{Error, Imported};
use tempfile::TempDir;

/// A place for a ledger, with nothing in it yet.
pub struct Place {
    pub options: Options,
    pub clock: ManualClock,
    /// What lies in files, and exported files.
    pub folder: TempDir,
}

impl Place {
    /// A file.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        Self::of(url, 1, folder)
    }

    /// A database, where a new store gets so many shards.
    pub async fn postgres(shards: u16) -> Self {
        let database = baohan_servers::database().await;
        Self::of(database.url.clone(), shards, tempfile::tempdir().unwrap())
    }

    fn of(url: String, shards: u16, folder: TempDir) -> Self {
        let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
        let now = clock.clone();
        let options = Options::new(url, Arc::new(move || now.now())).with_shards(shards);
        Self { options, clock, folder }
    }

    pub async fn open(&self) -> Log {
        Log::open(&self.options).await.unwrap()
    }

    /// The desk over the log, always under the same master key: it is brought along by hand.
    pub fn ledger(&self, log: &Log) -> Ledger {
        Ledger::new(log.clone(), MasterKey::new(&[7; 32]).unwrap(), Arc::new(self.clock.clone()))
    }

    /// The name of an exported file here.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes what lies here into a file.
    pub async fn exported(&self, name: &str) -> PathBuf {
        let (log, file) = (self.open().await, self.file(name));
        baohan_moving::export(&log, &file, self.clock.now()).await.unwrap();
        log.close().await;
        file
    }

    pub async fn import(&self, file: &std::path::Path) -> Result<Imported, Error> {
        baohan_moving::import(&self.options, file).await
    }
}
