use baohan_seal::NoteFault;

/// Why it could not be verified, or no proof be made. It says nothing about the records.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error("the store does not answer")]
    Log(#[from] baohan_log::Error),
    /// The projections.
    #[error("the projections do not answer")]
    Projections(#[from] baohan_projections::Error),
    /// The documents.
    #[error("the documents do not answer")]
    Documents(#[from] baohan_documents::StoreError),
    /// A file or folder of checkpoints.
    #[error("{path} cannot be read")]
    File {
        /// The file or folder.
        path: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// What was brought along is no checkpoint.
    #[error("{from} holds no checkpoint")]
    NoCheckpoint {
        /// From where it is.
        from: String,
        /// What is wrong with it.
        #[source]
        source: NoteFault,
    },
    /// What was brought along is of another ledger, or not signed by the key that the verifier brought.
    #[error("{from} is of no use here: {why}")]
    NotOurs {
        /// From where it is.
        from: String,
        /// Why not.
        why: String,
    },
    /// A witness does not answer, or with something else.
    #[error("the witness at {url} gives no memory: {why}")]
    Witness {
        /// Where.
        url: String,
        /// Why not.
        why: String,
    },
    /// No signed checkpoint speaks of it yet.
    #[error("no signed checkpoint speaks of it yet")]
    NotSignedYet,
    /// The rows that a proof is made of do not lead to what was signed; a verification tells which.
    #[error("the store does not lead to what was signed: {0}")]
    DoesNotLead(String),
    /// A task of the verification ended by a fault of ours.
    #[error("the verification itself failed")]
    Task(#[from] tokio::task::JoinError),
}
