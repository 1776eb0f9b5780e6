use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;

/// The right to write to a ledger: a lock on a file beside the database, which the system takes back however the process ends.
#[derive(Debug)]
pub(super) struct Lockfile {
    held: File,
}

impl Lockfile {
    pub(super) fn take(database: &Path) -> Result<Self, Error> {
        let mut name = OsString::from(database);
        name.push(".lock");
        let path = PathBuf::from(name);
        let file = |source| Error::File { path: path.clone(), source: Arc::new(source) };
        let held = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(file)?;
        match held.try_lock() {
            Ok(()) => Ok(Self { held }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(file(source)),
        }
    }
}

impl Drop for Lockfile {
    /// Gives the lock back itself: closing the file would leave it with a child process that was begun at this moment and
    /// still has the file open, until that child runs its own program.
    fn drop(&mut self) {
        if let Err(error) = self.held.unlock() {
            tracing::warn!(%error, "the lock of the ledger is given back with the end of the process");
        }
    }
}
