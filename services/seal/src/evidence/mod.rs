//! The evidence file of one guarantee: its records, the proofs that they stand in the ledger, and what signs the ledger. `docs/evidence.md`
//! describes it, and how it is verified.

mod document;
mod fault;
mod file;
mod record;
mod trust;
mod verification;

pub use document::{Document, documents_of};
pub use fault::{EvidenceFault, RecordFault};
pub use file::{EVIDENCE_BYTES_MAX, Evidence, FORMAT, Keys};
pub use record::EvidenceRecord;
pub use trust::{Trust, Trusted, Verdict};
pub use verification::verify;
