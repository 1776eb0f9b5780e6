use baohan_domain::Refusal;
use baohan_domain::upcast::UnreadableEvent;

use crate::keyring::{Erased, OpenError};
use crate::master_key::MasterKeyError;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no; nothing was stored.
    #[error("refused")]
    Refused(#[from] Refusal),
    /// The guarantee's personal data were erased, and the command needs their key.
    #[error(transparent)]
    Erased(#[from] Erased),
    /// What was sealed does not open.
    #[error("what was sealed does not open")]
    Envelope(#[source] OpenError),
    /// Others kept changing the guarantee at the same moment, again and again.
    #[error("the guarantee is changed by others too often at once")]
    Contended,
    /// The idempotency key was used in the meantime: what is kept under it tells whether it was the same request.
    #[error("the idempotency key is in use")]
    IdempotencyKeyInUse,
    /// The store did not take it; nothing was stored, and it can be tried again.
    #[error("the store is not available")]
    Store(#[from] baohan_log::Error),
    /// A stored record cannot be read.
    #[error("a stored record cannot be read")]
    Unreadable(#[from] UnreadableEvent),
    /// An event cannot be written as JSON.
    #[error("an event cannot be written")]
    Unwritable(#[source] serde_json::Error),
    /// A guarantee's key does not unwrap under the master key.
    #[error("a guarantee's key does not unwrap")]
    Key(#[from] MasterKeyError),
}

/// How loudly an error is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Daily business.
    Info,
    /// Something to look at when it goes on.
    Warning,
    /// Somebody must look.
    Error,
}

impl Error {
    /// How loudly it is logged: a refusal is never an error of ours.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Refused(_) | Self::Erased(_) | Self::IdempotencyKeyInUse => Severity::Info,
            Self::Contended | Self::Store(_) => Severity::Warning,
            Self::Unreadable(_) | Self::Unwritable(_) | Self::Key(_) | Self::Envelope(_) => Severity::Error,
        }
    }

    /// The stable code; a page under `docs/errors` says what to do.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Erased(_) => "personal-data-erased",
            Self::Envelope(_) => "envelope-does-not-open",
            Self::Contended => "contended",
            Self::IdempotencyKeyInUse => "idempotency-key-in-use",
            Self::Store(_) => "store-unavailable",
            Self::Unreadable(_) => "record-unreadable",
            Self::Unwritable(_) => "record-unwritable",
            Self::Key(_) => "key-unusable",
        }
    }
}
