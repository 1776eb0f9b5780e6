use std::path::PathBuf;

/// Why a witness has no memory to go by. Without it nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum MemoryFault {
    /// The file system.
    #[error("cannot {doing} {}", file.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        file: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A whole line is not what this program wrote there.
    #[error("{} does not hold what was remembered: {fault}", file.display())]
    Bent {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Two that share a memory could sign two histories.
    #[error("another witness works in the folder {}", .0.display())]
    InUse(PathBuf),
    /// It was not kept what had been seen. Until a new start nobody knows what the file holds.
    #[error("{} could not be written before; start the witness again once the cause is mended", .0.display())]
    Lost(PathBuf),
    /// A name that cannot stand in a signature line.
    #[error("{0:?} cannot be a witness's name: 1 to 128 bytes, without blanks and '+'")]
    Name(String),
}

impl MemoryFault {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } | Self::Lost(_) => "witness-memory-unavailable",
            Self::Bent { .. } => "witness-memory-bent",
            Self::InUse(_) => "witness-memory-in-use",
            Self::Name(_) => "witness-name",
        }
    }
}
