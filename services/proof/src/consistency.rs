use baohan_log::Log;
use baohan_projections::Projections;
use baohan_seal::verify_consistency;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::kept;

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
    if from > to {
        return Ok(None);
    }
    let Some(older) = kept::numbered(log, from).await? else { return Ok(None) };
    let Some(newer) = kept::numbered(log, to).await? else { return Ok(None) };
    let (old, new) = (&older.checkpoint().shards, &newer.checkpoint().shards);
    if old.len() != new.len() {
        return Err(Error::DoesNotLead(format!("{} shards have become {}", old.len(), new.len())));
    }
    let mut shards = Vec::with_capacity(new.len());
    for (shard, (old, new)) in (0..).zip(old.iter().zip(new)) {
        if new.size < old.size {
            let said = format!("shard {shard} had {} records and has {}", old.size, new.size);
            return Err(Error::DoesNotLead(said));
        }
        let path = projections.consistency_path(shard, old.size, new.size).await?;
        let path = path.ok_or(Error::NotSignedYet)?;
        verify_consistency(old.size, &old.root, new.size, &new.root, &path)
            .map_err(|fault| Error::DoesNotLead(format!("shard {shard}: {fault}")))?;
        shards.push(ShardConsistency {
            shard,
            old_size: old.size,
            new_size: new.size,
            path: path.iter().map(hex::encode).collect(),
        });
    }
    Ok(Some(Consistency { from: older.note(), to: newer.note(), shards }))
}
