use std::sync::Arc;

use baohan_documents::Documents;
use baohan_log::{AuditedCall, Log};
use baohan_projections::Projections;
use baohan_seal::{Policy, PublicKey, SignedCheckpoint};
use uuid::Uuid;

/// Opens the message of a call in the journal, which is sealed under keys that are kept elsewhere.
pub type OpenBody = Arc<dyn Fn(&AuditedCall) -> Body + Send + Sync>;

/// What became of opening a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Here it is.
    Open(Vec<u8>),
    /// It was erased with its guarantee's key.
    Erased,
    /// It does not open under its key: it was altered.
    DoesNotOpen,
}

/// What is compared.
#[derive(Clone)]
pub struct Sources {
    /// The store.
    pub log: Log,
    /// The projections, the seal among them. Absent: neither the seal nor any column is compared, only what was signed.
    pub projections: Option<Projections>,
    /// The documents. Absent: they are not compared.
    pub documents: Option<Documents>,
    /// Opens messages of the journal. Absent: their digests are compared with what the events name, and not with the messages.
    pub open_body: Option<OpenBody>,
    /// What the verifier brings along.
    pub trust: Trust,
}

/// What the verifier believes before he begins; all that the store says is measured by it.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// A key of the ledger: the first, or one that a checkpoint introduced; what lies before it is bound by the digests of the checkpoints.
    /// Where several are given, the one holds that comes first in the ledger's life.
    pub keys: Vec<PublicKey>,
    /// The witnesses whose co-signatures are verified, and how many of them make a checkpoint count.
    pub policy: Policy,
    /// Checkpoints that were seen outside of the store.
    pub brought: Vec<Brought>,
}

/// A checkpoint from outside of the store.
#[derive(Debug, Clone)]
pub struct Brought {
    /// From where: a file, a witness. It stands in findings.
    pub from: String,
    /// The checkpoint.
    pub signed: SignedCheckpoint,
}

/// What of it is compared.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only what came after this checkpoint, which is believed.
    pub since: Option<SignedCheckpoint>,
    /// Only one guarantee.
    pub guarantee: Option<Uuid>,
    /// Only the log, its seal and what was signed: nothing that stands beside it.
    pub log_alone: bool,
}

/// Hears how far it is.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Records that are done.
    pub done: u64,
    /// Records in all.
    pub total: u64,
}
