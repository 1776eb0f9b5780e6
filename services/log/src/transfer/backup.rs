use std::path::Path;

use crate::error::Error;
use crate::log::Log;
use crate::store::Store;

/// A copy that was taken and looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// The newest position in it.
    pub position: u64,
    /// The file's length in bytes.
    pub bytes: u64,
}

impl Log {
    /// Copies a SQLite store into a file that is not there yet, as it stands at this moment and while others write to it, and looks the
    /// copy through: every page, every index, and whether its head is its last record. It has its name once that is done.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another kind of store, which has means of its own; [`Error::Damaged`] for a copy that is none.
    pub async fn backup(&self, path: &Path) -> Result<Backup, Error> {
        match self.store() {
            Store::Sqlite(store) => store.backup(path).await,
            Store::Postgres(_) => {
                Err(Error::Invalid("a backup of a PostgreSQL store, which has means of its own"))
            }
        }
    }
}
