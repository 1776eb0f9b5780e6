//! One shard, from its first record to its last: each row is read once and hashed once, and all that repeats it is read beside it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use baohan_log::StrayId;
use baohan_seal::Hash;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::anchor::Mooring;
use super::batch::{BATCH, Compared, Misfit, OffTimeline, Read, Sizes};
use super::call;
use super::fact::{DocumentNamed, Last};
use super::tree::{Kept, Tree};
use crate::error::Error;
use crate::source::Sources;

/// How many ranges of a shard are on their way at once, so that reading, hashing and comparing never wait for one another.
const UNDERWAY: usize = 3;
/// Most misfits that are looked at one by one; a history that was moved by one place has as many as there are records behind it.
const MISFITS_MAX: usize = 10_000;

/// What is asked of a shard.
pub(super) struct Walk<'v> {
    pub(super) sources: &'v Sources,
    pub(super) shard: u16,
    pub(super) sizes: Sizes,
    pub(super) moorings: Vec<Mooring>,
    /// Where it begins, and the tree up to there.
    pub(super) begin: (u64, Tree),
    /// Whether what stands beside the log is compared as well.
    pub(super) beside: bool,
    /// How many ranges of all shards are read at once.
    pub(super) permits: &'v Semaphore,
    pub(super) told: &'v (dyn Fn(u64) + Send + Sync),
}

/// What came of it.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) records: u64,
    pub(super) leaves: u64,
    pub(super) rows: u64,
    pub(super) root: Option<Hash>,
    /// The last position at which a record stands, within what was read.
    pub(super) last_record: u64,
    pub(super) misfits: Vec<Misfit>,
    pub(super) misfits_left_out: u64,
    pub(super) off_timeline: Vec<OffTimeline>,
    pub(super) moored: Vec<Moored>,
    pub(super) strays: Vec<StrayId>,
    /// The subtrees that the seal must keep, by level and number.
    pub(super) nodes: BTreeMap<u8, Vec<Kept>>,
    pub(super) last: HashMap<Uuid, Last>,
    pub(super) documents: Vec<DocumentNamed>,
    pub(super) calls: call::Checked,
}

/// A checkpoint's root held against the trees.
pub(super) struct Moored {
    pub(super) mooring: Mooring,
    /// Whether the records lead to it; `None`: they do not make up a tree of that size.
    pub(super) log: Option<bool>,
    /// Whether the seal's leaves lead to it.
    pub(super) seal: Option<bool>,
}

/// The trees of the log and of the seal, which are one as long as they are the same.
struct Trees {
    log: Option<Tree>,
    seal: Seal,
}

/// What the seal has of a record.
#[derive(Clone, Copy)]
enum Beside {
    /// The record's leaf.
    Same,
    /// Another one, or none.
    Other(Option<Hash>),
}

enum Seal {
    Same,
    Other(Tree),
    None,
}

impl Trees {
    fn push(&mut self, log: Option<Hash>, seal: Beside, nodes: &mut BTreeMap<u8, Vec<Kept>>) {
        let mut keep = |kept: Kept| nodes.entry(kept.level).or_default().push(kept);
        if let Beside::Other(other) = seal {
            let before = match std::mem::replace(&mut self.seal, Seal::None) {
                Seal::Same => self.log.clone(),
                Seal::Other(tree) => Some(tree),
                Seal::None => None,
            };
            if let (Some(mut tree), Some(leaf)) = (before, other) {
                tree.push(leaf, &mut keep);
                self.seal = Seal::Other(tree);
            }
        } else if let (Seal::Other(tree), Some(leaf)) = (&mut self.seal, log) {
            tree.push(leaf, &mut keep);
        }
        let is_one = matches!(self.seal, Seal::Same);
        match (&mut self.log, log) {
            (Some(tree), Some(leaf)) => tree.push(leaf, |kept| {
                if is_one {
                    keep(kept);
                }
            }),
            _ => self.log = None,
        }
    }

    fn roots(&self) -> (Option<Hash>, Option<Hash>) {
        let log = self.log.as_ref().map(Tree::root);
        let seal = match &self.seal {
            Seal::Same => log,
            Seal::Other(tree) => Some(tree.root()),
            Seal::None => None,
        };
        (log, seal)
    }
}

impl Walk<'_> {
    pub(super) async fn walk(self) -> Result<Walked, Error> {
        let (start, tree) = self.begin.clone();
        let sizes = self.sizes;
        let ends = self.moorings.iter().map(|mooring| mooring.size);
        let end = ends
            .chain([sizes.head, sizes.sealed.unwrap_or(0), sizes.timeline.unwrap_or(0)])
            .max()
            .unwrap_or(0);
        let mut walked = Walked { last_record: start, ..Walked::default() };
        let seal = if sizes.sealed.is_some() { Seal::Same } else { Seal::None };
        let mut trees = Trees { log: Some(tree), seal };
        let mut moorings = self.moorings.clone().into_iter().peekable();
        while moorings.next_if(|mooring| mooring.size < start).is_some() {}
        walked.moor(&trees, start, &mut moorings);
        if start == 0 {
            walked.before_the_first(&self).await?;
        }
        let ranges = (start..end)
            .step_by(usize::try_from(BATCH).unwrap_or(1))
            .map(|from| from..(from + BATCH).min(end));
        let mut compared = stream::iter(ranges).map(|range| self.compared(range)).buffered(UNDERWAY);
        while let Some((compared, calls)) = compared.try_next().await? {
            walked.calls.add(calls);
            (self.told)(compared.up_to - compared.after);
            walked.take(compared, sizes, &mut trees, &mut moorings);
        }
        walked.root = trees.log.as_ref().map(Tree::root);
        Ok(walked)
    }

    async fn compared(&self, positions: Range<u64>) -> Result<(Compared, call::Checked), Error> {
        // It is never closed.
        let _permit = self.permits.acquire().await.ok();
        let projections = self.sources.projections.as_ref();
        let read =
            Read::of(&self.sources.log, projections, self.shard, positions, self.sizes, self.beside).await?;
        let beside = self.beside;
        let mut compared = tokio::task::spawn_blocking(move || read.compare(beside)).await?;
        let named = std::mem::take(&mut compared.facts.calls);
        let altered: Arc<[u64]> = compared.misfits.iter().map(|misfit| misfit.position).collect();
        let calls = call::check(self.sources, self.shard, named, &altered).await?;
        Ok((compared, calls))
    }
}

impl Walked {
    /// Rows at positions that no event has.
    async fn before_the_first(&mut self, walk: &Walk<'_>) -> Result<(), Error> {
        let rows = walk.sources.log.audited_rows(walk.shard, i64::MIN, 0).await?;
        for row in rows {
            let position = super::batch::position(&row);
            self.misfits.push(Misfit {
                position: 0,
                how: super::batch::How::Before(position),
                event: match row {
                    baohan_log::AuditedRow::Event(event) => Some(event.id),
                    baohan_log::AuditedRow::Bent(bent) => bent.id,
                },
                guarantee: None,
            });
        }
        Ok(())
    }

    fn take(
        &mut self,
        compared: Compared,
        sizes: Sizes,
        trees: &mut Trees,
        moorings: &mut std::iter::Peekable<std::vec::IntoIter<Mooring>>,
    ) {
        for (log, at) in compared.log.iter().zip(compared.after + 1..) {
            let is_sealed = sizes.sealed.is_some_and(|sealed| at <= sealed);
            if !is_sealed {
                trees.seal = Seal::None;
            }
            let seal = match compared.seal.get(&at) {
                Some(other) => Beside::Other(*other),
                None if is_sealed && log.is_none() => Beside::Other(None),
                None => Beside::Same,
            };
            trees.push(*log, seal, &mut self.nodes);
            self.moor(trees, at, moorings);
        }
        self.records += compared.records;
        self.last_record = self.last_record.max(compared.last_record);
        self.leaves += compared.leaves;
        self.rows += compared.rows;
        self.strays.extend(compared.strays);
        self.off_timeline.extend(compared.off_timeline);
        self.off_timeline.truncate(MISFITS_MAX);
        self.documents.extend(compared.facts.documents);
        for (id, last) in compared.facts.last {
            let before = self.last.get(&id);
            self.last.insert(id, last.behind(before));
        }
        let room = MISFITS_MAX.saturating_sub(self.misfits.len());
        self.misfits_left_out += compared.misfits.len().saturating_sub(room) as u64;
        self.misfits.extend(compared.misfits.into_iter().take(room));
    }

    /// Holds the roots against the checkpoints of this size.
    fn moor(
        &mut self,
        trees: &Trees,
        size: u64,
        moorings: &mut std::iter::Peekable<std::vec::IntoIter<Mooring>>,
    ) {
        let mut roots = None;
        while let Some(mooring) = moorings.next_if(|mooring| mooring.size == size) {
            let (log, seal) = *roots.get_or_insert_with(|| trees.roots());
            let is_its = |root: Hash| root == mooring.root;
            self.moored.push(Moored { log: log.map(is_its), seal: seal.map(is_its), mooring });
        }
    }
}
