use baohan_log::Log;
use baohan_projections::Projections;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// That a checkpoint only adds to an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consistency {
    /// The earlier signed checkpoint with the co-signatures that it has.
    pub from: String,
    /// The later one.
    pub to: String,
    /// Each shard, in order.
    pub shards: Vec<ShardConsistency>,
}

/// That a shard only grew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardConsistency {
    /// Which.
    pub shard: u16,
    /// How many records it had.
    pub old_size: u64,
    /// How many it has.
    pub new_size: u64,
    /// The hashes that lead from the older root to the newer one (RFC 9162, section 2.1.4), hexadecimal.
    pub path: Vec<String>,
}

/// The proof between two checkpoints, verified before it is given. Absent: the store does not keep one of them, or `from` is the later one.
///
/// # Errors
/// [`Error::DoesNotLead`] where the store was altered.
pub async fn consistency(
    log: &Log,
    projections: &Projections,
    from: u64,
    to: u64,
) -> Result<Option<Consistency>, Error> {
    let _ = (log, projections, from, to);
    Err(Error::NotSignedYet)
}
