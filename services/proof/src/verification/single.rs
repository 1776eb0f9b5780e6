//! One guarantee against what was sealed and signed of it.

use std::collections::HashSet;

use baohan_log::AuditedRow;
use baohan_projections::Projections;
use baohan_seal::{FIELDS, marks, verify_inclusion};
use uuid::Uuid;

use super::anchor::{Mooring, moorings};
use super::fact::Facts;
use super::signed::Signed;
use super::{call, document};
use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::report::{Compared, FINDINGS_MAX, Report, ShardReport};
use crate::source::Sources;

struct Single<'v> {
    sources: &'v Sources,
    guarantee: Uuid,
    findings: Vec<Finding>,
    compared: Compared,
    facts: Facts,
    altered: HashSet<u64>,
}

/// Compares the records of one guarantee: with the seal, by proofs with the newest checkpoint that speaks of them, with its rows, messages and
/// documents. What was done to other guarantees is not seen.
pub(super) async fn verify(sources: &Sources, guarantee: Uuid) -> Result<Report, Error> {
    let mut signed = Signed::gather(&sources.log, &sources.trust).await?;
    let rows = sources.log.audited_stream(guarantee).await?;
    let shard = baohan_log::shard_of(guarantee, sources.log.shards());
    let moorings = moorings(&signed.anchors, shard);
    let mut single = Single {
        sources,
        guarantee,
        findings: std::mem::take(&mut signed.findings),
        compared: Compared { signatures: signed.signatures, ..Compared::default() },
        facts: Facts::default(),
        altered: HashSet::new(),
    };
    let mut last = (0, 0);
    let mut begins = None;
    for row in &rows {
        match row {
            AuditedRow::Bent(bent) => {
                let said = format!(
                    "shard {shard}, position {}: {} of the record holds what no record has",
                    bent.position, bent.field
                );
                let at = u64::try_from(bent.position).unwrap_or(0);
                // It stands there, whatever it says.
                last = (last.0 + 1, at);
                let finding = Finding::new(Kind::Altered, said).at(shard, at).fields([bent.field]);
                single.findings.push(finding.about(bent.id, Some(guarantee)));
            }
            AuditedRow::Event(event) => {
                if event.sequence != last.0 + 1 {
                    let said = format!("the guarantee's record of sequence {} is missing", last.0 + 1);
                    let finding = Finding::new(Kind::Missing, said).at(shard, last.1 + 1);
                    single.findings.push(finding.about(None, Some(guarantee)));
                }
                last = (event.sequence, event.position);
                if event.sequence == 1 {
                    begins = Some(event.position);
                }
                single.record(event, &moorings).await?;
            }
        }
    }
    single.row(shard, begins, last).await?;
    let calls = std::mem::take(&mut single.facts.calls);
    let altered: Vec<u64> = single.altered.iter().copied().collect();
    let checked = call::check(sources, shard, calls, &altered).await?;
    single.compared.calls = checked.calls;
    single.compared.bodies = checked.bodies;
    single.compared.erased_bodies = checked.erased;
    single.findings.extend(checked.findings);
    let named = std::mem::take(&mut single.facts.documents);
    let (documents, found) =
        document::check(sources, named.into_iter().map(|named| (shard, named)).collect()).await?;
    single.compared.documents = documents;
    single.findings.extend(found);
    let mut remarks = signed.remarks;
    remarks.push("records of other guarantees were not looked at".to_owned());
    if rows.is_empty() {
        remarks.push("the store has no record of this guarantee".to_owned());
    }
    let Single { mut findings, compared, .. } = single;
    findings.sort_by_key(Finding::order);
    findings.truncate(FINDINGS_MAX);
    Ok(Report {
        ledger: sources.log.ledger(),
        fits: findings.is_empty(),
        is_signed: signed.by_a_key && signed.report.kept > 0,
        since: None,
        guarantee: Some(guarantee),
        shards: vec![ShardReport {
            shard,
            records: compared.records,
            signed: moorings.last().map_or(0, |mooring| mooring.size),
            seen_outside: moorings
                .iter()
                .filter(|mooring| mooring.origin.is_outside())
                .map(|mooring| mooring.size)
                .max()
                .unwrap_or(0),
            root: moorings.last().map(|mooring| hex::encode(mooring.root)),
        }],
        checkpoints: signed.report,
        compared,
        findings,
        findings_left_out: 0,
        remarks,
    })
}

impl Single<'_> {
    async fn record(&mut self, event: &baohan_log::StoredEvent, moorings: &[Mooring]) -> Result<(), Error> {
        let (shard, position) = (event.shard, event.position);
        self.compared.records += 1;
        self.facts.take(event);
        let guarantee = self.guarantee;
        let at = |kind, said: &str| {
            let said = format!("shard {shard}, position {position}: {said}");
            Finding::new(kind, said).at(shard, position).about(Some(event.id), Some(guarantee))
        };
        let Some(projections) = &self.sources.projections else { return Ok(()) };
        let (hash, own) = (event.leaf_hash(), marks(event));
        let leaf = projections.audited_leaves(shard, position - 1..position).await?.pop();
        let finding = match leaf.and_then(|leaf| Some((leaf.hash?, leaf.marks))) {
            Some((sealed, Some(its))) if sealed == hash && its == own => {
                self.compared.leaves += 1;
                self.proof(projections, &hash, (shard, position), moorings)
                    .await?
                    .map(|said| at(Kind::Rewritten, &said))
            }
            Some((sealed, _)) if sealed == hash => {
                Some(at(Kind::SealAltered, "the seal's marks are not the record's").fields(["marks"]))
            }
            Some((_, its)) => {
                let its = its.unwrap_or(own);
                let fields: Vec<_> = (0..FIELDS.len())
                    .filter(|field| own[*field] != its[*field])
                    .map(|field| FIELDS[field])
                    .collect();
                let said = format!("{} of the record: not what was sealed", fields.join(", "));
                Some(if fields.is_empty() {
                    at(Kind::SealAltered, "the seal has another leaf than the record").fields(["hash"])
                } else {
                    at(Kind::Altered, &said).fields(fields)
                })
            }
            None => {
                let newest = moorings.last().map_or(0, |mooring| mooring.size);
                (position <= newest)
                    .then(|| at(Kind::SealAltered, "the seal has no leaf of the record").fields(["hash"]))
            }
        };
        if finding.is_some() {
            self.altered.insert(position);
        }
        self.findings.extend(finding);
        for shown in projections.audited_timeline(shard, position - 1, position).await? {
            self.compared.rows += 1;
            let columns = shown.differs(event);
            if !columns.is_empty() && !self.altered.contains(&position) {
                let said = format!("{} of the timeline: the record says otherwise", columns.join(", "));
                let finding = at(Kind::ProjectionAltered, &said).fields(columns);
                self.findings.push(finding);
            }
        }
        Ok(())
    }

    /// The path to the newest root that was signed, and to the newest that was seen outside; what is wrong with it.
    async fn proof(
        &mut self,
        projections: &Projections,
        leaf: &baohan_seal::Hash,
        (shard, position): (u16, u64),
        moorings: &[Mooring],
    ) -> Result<Option<String>, Error> {
        let newest = moorings.iter().rev().find(|mooring| mooring.size >= position);
        let outside =
            moorings.iter().rev().find(|mooring| mooring.size >= position && mooring.origin.is_outside());
        for mooring in newest.into_iter().chain(outside) {
            let path = match projections.inclusion_path(shard, position - 1, mooring.size).await {
                Ok(Some(path)) => path,
                Ok(None) => continue,
                Err(baohan_projections::Error::BentRow { what, .. }) => {
                    return Ok(Some(format!("no proof leads from it: {what}")));
                }
                Err(error) => return Err(error.into()),
            };
            self.compared.roots += 1;
            if verify_inclusion(leaf, position - 1, mooring.size, &path, &mooring.root).is_err() {
                let said = format!(
                    "the seal's proof does not lead to checkpoint {} of {}",
                    mooring.number, mooring.origin
                );
                return Ok(Some(said));
            }
        }
        Ok(None)
    }

    /// The guarantee's own row.
    async fn row(
        &mut self,
        shard: u16,
        begins: Option<u64>,
        (version, position): (u64, u64),
    ) -> Result<(), Error> {
        let Some(projections) = &self.sources.projections else { return Ok(()) };
        let place = begins.map(|begins| (shard, begins));
        let Some(row) = projections.audited_guarantee(self.guarantee, place).await? else { return Ok(()) };
        self.compared.rows += 1;
        let is_same = |known: i64, has: u64| u64::try_from(known) == Ok(has);
        if u64::try_from(row.version).is_ok_and(|known| known > version) {
            let said = format!("the guarantee has had {} records, and {version} are there", row.version);
            let finding = Finding::new(Kind::Truncated, said).at(shard, position + 1);
            self.findings.push(finding.about(None, Some(self.guarantee)));
        } else if is_same(row.version, version) {
            let columns = [
                ("shard", row.shard == i64::from(shard)),
                ("begins", begins.is_none_or(|begins| is_same(row.begins, begins))),
                ("position", is_same(row.position, position)),
            ];
            let differ: Vec<_> =
                columns.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect();
            if !differ.is_empty() {
                let said = format!(
                    "{} of guarantee {} in the projection: its records say otherwise",
                    differ.join(", "),
                    self.guarantee
                );
                let finding = Finding::new(Kind::ProjectionAltered, said).at(shard, position).fields(differ);
                self.findings.push(finding.about(None, Some(self.guarantee)));
            }
        }
        Ok(())
    }
}
