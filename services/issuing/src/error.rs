use baohan_documents::NotAGuaranteeFile;
use baohan_domain::NumberError;

use crate::papers::Incomplete;

/// Why nothing was issued, or no plain document made. In each case nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum IssuingError {
    /// A rule says no, or the ledger's store is in trouble.
    #[error(transparent)]
    Ledger(#[from] baohan_ledger::Error),
    /// The file given along is no guarantee file; its Display is Chinese and says what it is instead.
    #[error(transparent)]
    NotAGuaranteeFile(#[from] NotAGuaranteeFile),
    /// The application lacks what a document must show.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// The document could not be made or stored.
    #[error("the document could not be made or stored")]
    Documents(#[from] baohan_documents::Error),
    /// The pattern of numbers makes a number of no form.
    #[error("the pattern of guarantee numbers makes no guarantee number")]
    Number(#[from] NumberError),
}

impl IssuingError {
    /// The stable code; a page under `docs/errors` says what to do.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::NotAGuaranteeFile(found) => found.code(),
            Self::Incomplete(_) => "application-incomplete",
            Self::Documents(_) => "documents-unavailable",
            Self::Number(_) => "internal",
        }
    }
}

impl From<baohan_log::Error> for IssuingError {
    fn from(error: baohan_log::Error) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<baohan_domain::Refusal> for IssuingError {
    fn from(refusal: baohan_domain::Refusal) -> Self {
        Self::Ledger(refusal.into())
    }
}
