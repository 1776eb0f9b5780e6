use baohan_issuing::IssuingError;

/// Why a piece of work was not done now. It comes again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What waits cannot be seen.
    #[error("the projections cannot be read")]
    Projections(#[from] baohan_projections::Error),
    /// A rule says no, or the store is in trouble.
    #[error(transparent)]
    Ledger(#[from] baohan_ledger::Error),
    /// The document could not be made.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
}

impl Error {
    /// Whether a rule said no: somebody was faster, or the state has moved on. Nothing to look at.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Ledger(baohan_ledger::Error::Refused(_))
                | Self::Issuing(IssuingError::Ledger(baohan_ledger::Error::Refused(_)))
        )
    }
}

impl From<baohan_log::Error> for Error {
    fn from(error: baohan_log::Error) -> Self {
        Self::Ledger(error.into())
    }
}
