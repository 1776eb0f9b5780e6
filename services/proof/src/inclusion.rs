use baohan_log::Log;
use baohan_projections::Projections;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;

/// That a record is among those that were signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inclusion {
    /// The event.
    pub event: Uuid,
    /// Its guarantee.
    pub guarantee: Uuid,
    /// Its shard.
    pub shard: u16,
    /// Its position; the leaf's index is one less.
    pub position: u64,
    /// Its leaf, hexadecimal.
    pub leaf: String,
    /// The size of the tree that the path leads through: the shard's in the checkpoint.
    pub size: u64,
    /// The hashes that lead from the leaf to the root, hexadecimal, the nearest first.
    pub path: Vec<String>,
    /// The root, hexadecimal, as it stands in the checkpoint.
    pub root: String,
    /// The signed checkpoint with the co-signatures that it has.
    pub checkpoint: String,
}

/// The proof of an event, verified before it is given. Absent: there is no such event.
///
/// # Errors
/// [`Error::NotSignedYet`] in the first second of its life; [`Error::DoesNotLead`] where the store was altered.
pub async fn inclusion(
    log: &Log,
    projections: &Projections,
    event: Uuid,
) -> Result<Option<Inclusion>, Error> {
    let _ = (log, projections, event);
    Err(Error::NotSignedYet)
}
