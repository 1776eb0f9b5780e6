//! The whole store against what was sealed and signed of it.

mod anchor;
mod batch;
mod begin;
mod beside;
mod call;
mod diagnosis;
mod document;
mod fact;
mod search;
mod shard;
mod signed;
mod single;
mod tree;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

use baohan_projections::Projection;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::report::{Compared, FINDINGS_MAX, Report, ShardReport};
use crate::source::{Options, Progress, Sources, Step};
use anchor::{Anchor, Origin, moorings};
use batch::Sizes;
use diagnosis::Diagnosis;
use fact::{DocumentNamed, Last};
use shard::{Walk, Walked};
use signed::Signed;

/// Compares a store with what was sealed and signed of it, with what was seen outside of it, and with all that repeats it. It reads only, and
/// may run beside a ledger that is at work. All that was found is in the report; the first finding is the first record that does not fit.
///
/// # Errors
/// Where something could not be read. That says nothing about the records.
pub async fn verify(sources: &Sources, options: &Options, progress: &Progress) -> Result<Report, Error> {
    if let Some(guarantee) = options.guarantee {
        return single::verify(sources, guarantee).await;
    }
    Verification::begin(sources, options).await?.run(progress).await
}

/// How many things are done side by side.
fn abreast() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

struct Verification<'v> {
    sources: &'v Sources,
    options: &'v Options,
    signed: Signed,
    /// How far seal, timeline and guarantees were in each shard, before it was asked how far the log is.
    sealed: HashMap<u16, u64>,
    timeline: HashMap<u16, u64>,
    guarantees: HashMap<u16, u64>,
    heads: HashMap<u16, u64>,
    shards: u16,
}

impl<'v> Verification<'v> {
    /// Asks how far all of them are: what was signed first, then what was derived, then the log, so that each of them is within the next,
    /// whoever writes meanwhile.
    async fn begin(sources: &'v Sources, options: &'v Options) -> Result<Self, Error> {
        let mut signed = Signed::gather(&sources.log, &sources.trust).await?;
        if let Some(since) = &options.since {
            signed.anchors.push(Anchor::of(since, Origin::Outside("the checkpoint to begin at".to_owned())));
        }
        let places = match &sources.projections {
            Some(projections) => projections.audited_places().await?,
            None => Vec::new(),
        };
        let of = |wanted: Projection| -> HashMap<u16, u64> {
            let places = places.iter().filter(|(projection, ..)| *projection == wanted);
            places.map(|(_, shard, position)| (*shard, *position)).collect()
        };
        let (sealed, timeline, guarantees) =
            (of(Projection::Seal), of(Projection::Timeline), of(Projection::Guarantees));
        let heads = sources.log.audited_heads().await?;
        let heads: HashMap<u16, u64> = heads
            .iter()
            .filter_map(|head| Some((u16::try_from(head.shard).ok()?, u64::try_from(head.position).ok()?)))
            .collect();
        let widest = signed.anchors.iter().map(|anchor| anchor.trees.len()).max().unwrap_or(0);
        let shards = sources.log.shards().max(u16::try_from(widest).unwrap_or(u16::MAX));
        Ok(Self { sources, options, signed, sealed, timeline, guarantees, heads, shards })
    }

    fn sizes(&self, shard: u16) -> Sizes {
        let of = |sizes: &HashMap<u16, u64>| sizes.get(&shard).copied();
        Sizes {
            head: of(&self.heads).unwrap_or(0),
            sealed: of(&self.sealed),
            timeline: of(&self.timeline).filter(|_| !self.options.log_alone),
        }
    }

    async fn run(mut self, progress: &Progress) -> Result<Report, Error> {
        let total = (0..self.shards).map(|shard| self.heads.get(&shard).copied().unwrap_or(0)).sum();
        let done = AtomicU64::new(0);
        let told = |records| {
            let done = done.fetch_add(records, Ordering::Relaxed) + records;
            progress(Step { done: done.min(total), total });
        };
        let permits = Semaphore::new(abreast() + 1);
        let mut findings = std::mem::take(&mut self.signed.findings);
        let this = &self;
        let mut walked: Vec<(u16, Walked, Vec<Finding>)> = stream::iter(0..self.shards)
            .map(|shard| this.shard(shard, &permits, &told))
            .buffered(usize::from(self.shards).max(1))
            .try_collect()
            .await?;
        let mut compared = Compared { signatures: self.signed.signatures, ..Compared::default() };
        let mut shards = Vec::new();
        for (shard, walked, found) in &mut walked {
            findings.append(found);
            compared.add(walked);
            shards.push(Self::shard_report(*shard, walked));
        }
        let mut remarks = std::mem::take(&mut self.signed.remarks);
        self.remark(&walked, &mut remarks);
        if !self.options.log_alone {
            self.beside(walked, &mut compared, &mut findings).await?;
        }
        Ok(self.report(shards, compared, findings, remarks))
    }

    async fn shard(
        &self,
        shard: u16,
        permits: &Semaphore,
        told: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(u16, Walked, Vec<Finding>), Error> {
        let (sizes, sources) = (self.sizes(shard), self.sources);
        let moorings = moorings(&self.signed.anchors, shard);
        let mut findings = Vec::new();
        let begin = match &self.options.since {
            Some(since) => begin::at(sources, shard, since, sizes, &mut findings).await?,
            None => Default::default(),
        };
        told(begin.0);
        let beside = !self.options.log_alone;
        let walk = Walk { sources, shard, sizes, moorings, begin, beside, permits, told };
        let mut walked = walk.walk().await?;
        findings.append(&mut walked.calls.findings);
        findings.extend(Diagnosis { sources, shard, sizes, walked: &walked }.findings().await?);
        if let Some(projections) = &sources.projections {
            findings.extend(beside::nodes(projections, shard, &walked).await?);
        }
        let off: HashSet<u64> = walked.misfits.iter().map(|misfit| misfit.position).collect();
        let cut = walked.misfits_left_out > 0;
        let seen_up_to = if cut { walked.misfits.last().map_or(0, |last| last.position) } else { u64::MAX };
        for shown in walked.off_timeline.iter().filter(|off_timeline| off_timeline.position <= seen_up_to) {
            if off.contains(&shown.position) {
                continue;
            }
            let at = shown.position;
            let (columns, said) = if shown.columns.is_empty() {
                (vec!["row"], format!("shard {shard}, position {at}: the timeline has no row of the record"))
            } else {
                let columns = shown.columns.join(", ");
                (
                    shown.columns.clone(),
                    format!(
                        "shard {shard}, position {at}: {columns} of the timeline: the record says otherwise"
                    ),
                )
            };
            let finding = Finding::new(Kind::ProjectionAltered, said).at(shard, at).fields(columns);
            findings.push(finding.about(shown.event, shown.guarantee));
        }
        Ok((shard, walked, findings))
    }

    /// What stands beside the log, once all of it is read.
    async fn beside(
        &self,
        walked: Vec<(u16, Walked, Vec<Finding>)>,
        compared: &mut Compared,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        let log = &self.sources.log;
        let (mut last, mut named, mut strays) =
            (HashMap::<Uuid, (u16, Last)>::new(), Vec::<(u16, DocumentNamed)>::new(), Vec::new());
        let mut altered = HashSet::new();
        for (shard, walked, _) in walked {
            altered.extend(walked.misfits.iter().map(|misfit| (shard, misfit.position)));
            let fits = |position: &u64| !altered.contains(&(shard, *position));
            last.extend(walked.last.into_iter().map(|(id, last)| (id, (shard, last))));
            let documents = walked.documents.into_iter().filter(|named| fits(&named.position));
            named.extend(documents.map(|document| (shard, document)));
            strays.extend(walked.strays);
        }
        let heads = log.audited_heads().await?;
        let now: HashMap<u16, u64> = heads
            .iter()
            .filter_map(|head| Some((u16::try_from(head.shard).ok()?, u64::try_from(head.position).ok()?)))
            .collect();
        let off_the_log = findings.iter().any(|finding| finding.kind.is_of_the_log());
        findings.extend(beside::heads(&heads, self.shards, &self.sealed));
        for (shard, position) in log.audited_strays().await? {
            let said =
                format!("a record stands at {position} of shard {shard}, which the store does not have");
            findings.push(Finding::new(Kind::Inserted, said));
        }
        strays.extend(log.audited_lost_ids().await?);
        if !off_the_log {
            findings.extend(beside::ids(&strays, &altered));
        }
        if let Some(projections) = &self.sources.projections {
            findings.extend(beside::strays(projections).await?);
            // Where records are gone or new, rows that hang on the last of them say nothing of their own.
            if !off_the_log {
                let is_whole = self.options.since.is_none();
                let (rows, found) =
                    beside::guarantees(projections, last, &self.guarantees, &now, is_whole).await?;
                compared.rows += rows;
                findings.extend(found);
            }
        }
        let (documents, found) = document::check(self.sources, named).await?;
        compared.documents = documents;
        findings.extend(found);
        Ok(())
    }

    fn shard_report(shard: u16, walked: &Walked) -> ShardReport {
        let moored = |is_it: fn(&Origin) -> bool| {
            let fitting = walked
                .moored
                .iter()
                .filter(|moored| moored.log == Some(true) && is_it(&moored.mooring.origin));
            fitting.map(|moored| moored.mooring.size).max().unwrap_or(0)
        };
        ShardReport {
            shard,
            records: walked.last_record,
            signed: moored(|_| true),
            seen_outside: moored(Origin::is_outside),
            root: walked.root.map(hex::encode),
        }
    }

    fn remark(&self, walked: &[(u16, Walked, Vec<Finding>)], remarks: &mut Vec<String>) {
        let sources = self.sources;
        if self.signed.report.kept == 0 {
            remarks.push("nothing was ever signed: the records are compared with the seal alone".to_owned());
        }
        if sources.projections.is_none() {
            remarks.push("the projections were not compared, the seal among them".to_owned());
        }
        for (shard, walked, _) in walked {
            let signed = walked.moored.iter().map(|moored| moored.mooring.size).max().unwrap_or(0);
            let sealed = self.sealed.get(shard).copied().unwrap_or(0);
            if sources.projections.is_some() && sealed < signed {
                remarks.push(format!(
                    "shard {shard}: the seal holds {sealed} of {signed} records that are signed: it is being built anew, or rows of it are gone"
                ));
            }
        }
        if self.options.log_alone {
            remarks.push("what stands beside the log was not compared, as was asked".to_owned());
            return;
        }
        if sources.documents.is_none() {
            remarks.push("the documents were not compared".to_owned());
        }
        let unopened: u64 = walked.iter().map(|(_, walked, _)| walked.calls.unopened).sum();
        if unopened > 0 {
            remarks.push(format!("{unopened} messages of the journal were not opened, for want of the key: their digests alone were compared"));
        }
        let unsigned: u64 = walked
            .iter()
            .map(|(_, walked, _)| {
                let signed = walked.moored.iter().map(|moored| moored.mooring.size).max().unwrap_or(0);
                walked.last_record.saturating_sub(signed)
            })
            .sum();
        if unsigned > 0 && self.signed.report.kept > 0 {
            remarks.push(format!("{unsigned} records at the end are not signed yet"));
        }
    }

    fn report(
        self,
        shards: Vec<ShardReport>,
        compared: Compared,
        mut findings: Vec<Finding>,
        remarks: Vec<String>,
    ) -> Report {
        findings.sort_by_key(Finding::order);
        let findings_left_out = findings.len().saturating_sub(FINDINGS_MAX) as u64;
        findings.truncate(FINDINGS_MAX);
        Report {
            ledger: self.sources.log.ledger(),
            fits: findings.is_empty(),
            is_signed: self.signed.by_a_key && self.signed.report.kept > 0,
            since: self.options.since.as_ref().map(|since| since.checkpoint().number),
            guarantee: None,
            shards,
            checkpoints: self.signed.report,
            compared,
            findings,
            findings_left_out,
            remarks,
        }
    }
}

impl Compared {
    fn add(&mut self, walked: &Walked) {
        self.records += walked.records;
        self.leaves += walked.leaves;
        self.rows += walked.rows;
        self.roots += walked.moored.len() as u64;
        self.calls += walked.calls.calls;
        self.bodies += walked.calls.bodies;
        self.erased_bodies += walked.calls.erased;
    }
}
