use baohan_log::Log;
use baohan_projections::Projections;
use baohan_seal::{Hash, ShardRoot, SignedCheckpoint, verify_inclusion};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::kept;

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
    let Some(event) = log.event(event).await? else { return Ok(None) };
    let (shard, position) = (event.shard, event.position);
    let speaks = |at: &baohan_seal::Checkpoint| covers(&at.shards, shard, position);
    let signed = kept::newest(log, speaks, |signed| !signed.cosignatures().is_empty()).await?;
    let signed = signed.ok_or(Error::NotSignedYet)?;
    let tree = tree(&signed, shard)?;
    let leaf = event.leaf_hash();
    let path = path(projections, (shard, position), &leaf, tree).await?;
    Ok(Some(Inclusion {
        event: event.id,
        guarantee: event.aggregate_id,
        shard,
        position,
        leaf: hex::encode(leaf),
        size: tree.size,
        path: path.iter().map(hex::encode).collect(),
        root: hex::encode(tree.root),
        checkpoint: signed.note(),
    }))
}

/// Whether the trees of a checkpoint hold a record.
pub(crate) fn covers(trees: &[ShardRoot], shard: u16, position: u64) -> bool {
    trees.get(usize::from(shard)).is_some_and(|tree| tree.size >= position)
}

/// The tree of a shard in a checkpoint.
pub(crate) fn tree(signed: &SignedCheckpoint, shard: u16) -> Result<ShardRoot, Error> {
    let trees = &signed.checkpoint().shards;
    let missing = || Error::DoesNotLead(format!("the checkpoint has no shard {shard}"));
    trees.get(usize::from(shard)).copied().ok_or_else(missing)
}

/// The path from a record's leaf to a tree's root, verified.
pub(crate) async fn path(
    projections: &Projections,
    (shard, position): (u16, u64),
    leaf: &Hash,
    tree: ShardRoot,
) -> Result<Vec<Hash>, Error> {
    let index = position.saturating_sub(1);
    let path = projections.inclusion_path(shard, index, tree.size).await?;
    // The seal is being built anew, or was behind for a moment.
    let path = path.ok_or(Error::NotSignedYet)?;
    match verify_inclusion(leaf, index, tree.size, &path, &tree.root) {
        Ok(()) => Ok(path),
        Err(fault) => Err(Error::DoesNotLead(format!("position {position} of shard {shard}: {fault}"))),
    }
}
