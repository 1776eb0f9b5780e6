use std::io;
use std::path::PathBuf;

/// Why a ledger was not moved. The store that it was to come into is as empty as before.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store's trouble.
    #[error(transparent)]
    Store(#[from] baohan_log::Error),
    /// The file system refused.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is there already.
    #[error("{path} is there already, and is not overwritten")]
    There {
        /// The file.
        path: PathBuf,
    },
    /// The file is none that an export wrote, or was made by a later version of the program.
    #[error("{0} is not the beginning of an exported ledger that this program knows")]
    Unknown(String),
    /// The file was changed, or cut off, since it was written.
    #[error("the file is not what was exported: {0}")]
    Bent(String),
    /// The work was given up in the middle by a fault of the program.
    #[error("the work ended by a fault")]
    Ended,
}
