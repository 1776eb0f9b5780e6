//! What ledger and witness say to each other, and the rule by which a witness decides; it remembers one checkpoint of each ledger. The idea is
//! that of C2SP tlog-witness.

mod protocol;
mod rule;

pub use protocol::{Answer, Reason, Refusal, Request, ShardProof};
pub use rule::{Consistent, Inconsistency, consistent};
