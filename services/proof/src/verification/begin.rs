//! Where a verification begins that believes a checkpoint: the tree up to there, out of the seal's rows.

use baohan_seal::{Hash, SignedCheckpoint, perfect_subtrees};

use super::batch::Sizes;
use super::tree::{LEVELS, Tree};
use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::source::Sources;

/// The tree of a shard as the checkpoint has it. Where the seal does not lead to it, it begins at the first record: then something before
/// the checkpoint was altered, and what it is comes out.
pub(super) async fn at(
    sources: &Sources,
    shard: u16,
    since: &SignedCheckpoint,
    sizes: Sizes,
    findings: &mut Vec<Finding>,
) -> Result<(u64, Tree), Error> {
    let Some(tree) = since.checkpoint().shards.get(usize::from(shard)) else { return Ok(<_>::default()) };
    if sizes.sealed.is_none_or(|sealed| sealed < tree.size) || tree.size > sizes.head {
        return Ok(<_>::default());
    }
    let mut subtrees = Vec::new();
    for subtree in perfect_subtrees(0..tree.size) {
        match hash(sources, shard, subtree.level, subtree.number).await? {
            Some(hash) => subtrees.push(hash),
            None => break,
        }
    }
    let begun = Tree::of(tree.size, &subtrees);
    if subtrees.len() == usize::try_from(tree.size.count_ones()).unwrap_or(0) && begun.root() == tree.root {
        return Ok((tree.size, begun));
    }
    let number = since.checkpoint().number;
    let said = format!("shard {shard}: the seal does not lead to checkpoint {number}, at which to begin");
    findings.push(Finding::new(Kind::SealAltered, said).at(shard, 1).until(tree.size).checkpoint(number));
    Ok(<_>::default())
}

/// The hash of a complete subtree, out of the rows that the seal keeps at and below its level.
async fn hash(sources: &Sources, shard: u16, level: u8, number: u64) -> Result<Option<Hash>, Error> {
    let Some(projections) = &sources.projections else { return Ok(None) };
    let above = level % LEVELS;
    let (kept, numbers) = (level - above, number << above..(number + 1) << above);
    let count = numbers.end - numbers.start;
    let hashes: Option<Vec<Hash>> = if kept == 0 {
        projections.audited_leaves(shard, numbers).await?.into_iter().map(|leaf| leaf.hash).collect()
    } else {
        projections.audited_nodes(shard, kept, numbers).await?.into_iter().map(|node| node.hash).collect()
    };
    let Some(hashes) = hashes.filter(|hashes| hashes.len() as u64 == count) else { return Ok(None) };
    let mut tree = Tree::default();
    for hash in hashes {
        tree.push(hash, |_| {});
    }
    Ok(Some(tree.root()))
}
