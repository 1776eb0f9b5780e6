//! What repeats sealed facts elsewhere: the inner rows of the seal, the projections' columns, the heads, the table of ids.

use std::collections::{HashMap, HashSet};

use baohan_log::{AuditedHead, StrayId};
use baohan_projections::{AuditedGuarantee, Projections};
use uuid::Uuid;

use super::batch::stored;
use super::fact::Last;
use super::shard::Walked;
use crate::error::Error;
use crate::finding::{Finding, Kind};

/// How many nodes or guarantees are read at once.
const PAGE: u64 = 10_000;

/// The inner rows of the seal against those that the leaves make.
pub(super) async fn nodes(
    projections: &Projections,
    shard: u16,
    walked: &Walked,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let explained: HashSet<u64> = walked.misfits.iter().map(|misfit| misfit.position).collect();
    for (level, nodes) in &walked.nodes {
        for nodes in nodes.chunks(usize::try_from(PAGE).unwrap_or(1)) {
            let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { continue };
            let kept = projections.audited_nodes(shard, *level, first.number..last.number + 1).await?;
            let kept: HashMap<u64, _> = kept.into_iter().map(|node| (node.number, node.hash)).collect();
            for node in nodes {
                if kept.get(&node.number) == Some(&Some(node.hash)) {
                    continue;
                }
                let (from, to) = ((node.number << level) + 1, (node.number + 1) << level);
                // A leaf that was altered leads to another node; the leaf is named already.
                if !walked.misfits.is_empty() && explained.iter().any(|at| (from..=to).contains(at)) {
                    continue;
                }
                let said = format!(
                    "shard {shard}, positions {from} to {to}: the seal's row {} of level {level} is not what its leaves make",
                    node.number
                );
                let finding = Finding::new(Kind::SealAltered, said).at(shard, from).until(to);
                findings.push(finding.fields(["hash"]));
            }
        }
    }
    Ok(findings)
}

/// Rows of projections that belong to no record.
pub(super) async fn strays(projections: &Projections) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (shard, level, number) in projections.audited_seal_strays().await? {
        let said = format!(
            "the seal has a row {number} of level {level} in shard {shard}, which belongs to nothing that it has sealed"
        );
        let mut finding = Finding::new(Kind::SealAltered, said).fields(["row"]);
        if let (Ok(shard), Ok(number), true) = (u16::try_from(shard), u64::try_from(number), level == 0) {
            finding = finding.at(shard, number.saturating_add(1));
        }
        findings.push(finding);
    }
    for (shard, position) in projections.audited_timeline_strays().await? {
        let said =
            format!("the timeline has a row at {position} of shard {shard}, of which it has seen no record");
        let mut finding = Finding::new(Kind::ProjectionAltered, said).fields(["row"]);
        if let (Ok(shard), Ok(position)) = (u16::try_from(shard), u64::try_from(position)) {
            finding = finding.at(shard, position);
        }
        findings.push(finding);
    }
    Ok(findings)
}

/// Version and position of the guarantees' rows. `places` is how far their projection was in each shard before the log was read, `heads`
/// how far the log is now; what was written meanwhile is told apart by them.
pub(super) async fn guarantees(
    projections: &Projections,
    mut last: HashMap<Uuid, (u16, Last)>,
    places: &HashMap<u16, u64>,
    heads: &HashMap<u16, u64>,
    is_whole: bool,
) -> Result<(u64, Vec<Finding>), Error> {
    let (mut findings, mut rows, mut after) = (Vec::new(), 0, None);
    let place = |shard: u16| places.get(&shard).copied().unwrap_or(0);
    loop {
        let page = projections.audited_guarantees(after, PAGE).await?;
        let Some(end) = page.last() else { break };
        after = Some((end.shard, end.begins));
        for row in page {
            rows += 1;
            match last.remove(&row.id) {
                Some((shard, known)) => findings.extend(differs(&row, shard, known, place(shard), heads)),
                None if is_whole && !is_growth(&row, place, heads) => {
                    let said = format!("guarantee {} has a row in the projection, and no record", row.id);
                    findings.push(
                        Finding::new(Kind::ProjectionAltered, said).fields(["row"]).about(None, Some(row.id)),
                    );
                }
                None => {}
            }
        }
    }
    for (id, (shard, known)) in last {
        if known.position <= place(shard) {
            let said = format!("guarantee {id} has records, and no row in the projection");
            let finding = Finding::new(Kind::ProjectionAltered, said).at(shard, known.position);
            findings.push(finding.fields(["row"]).about(None, Some(id)));
        }
    }
    Ok((rows, findings))
}

/// A row of a guarantee that came while the log was being read.
fn is_growth(row: &AuditedGuarantee, place: impl Fn(u16) -> u64, heads: &HashMap<u16, u64>) -> bool {
    let (Ok(shard), Ok(position)) = (u16::try_from(row.shard), u64::try_from(row.position)) else {
        return false;
    };
    position > place(shard) && heads.get(&shard).is_some_and(|head| position <= *head)
}

fn differs(
    row: &AuditedGuarantee,
    shard: u16,
    known: Last,
    place: u64,
    heads: &HashMap<u16, u64>,
) -> Option<Finding> {
    let is_behind = known.position > place;
    let has_grown = is_growth(row, |_| place, heads) && row.position > stored(known.position);
    if row.shard == i64::from(shard) && (is_behind || has_grown) {
        return None;
    }
    let columns = [
        ("shard", row.shard == i64::from(shard)),
        ("version", row.version == stored(known.version)),
        ("begins", known.begins.is_none_or(|begins| row.begins == stored(begins))),
        ("position", row.position == stored(known.position)),
    ];
    let columns: Vec<_> = columns.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect();
    if columns.is_empty() {
        return None;
    }
    let said = format!(
        "{} of guarantee {} in the projection: its records say otherwise",
        columns.join(", "),
        row.id
    );
    let finding = Finding::new(Kind::ProjectionAltered, said).at(shard, known.position);
    Some(finding.fields(columns).about(None, Some(row.id)))
}

/// The heads' rows against the records behind them.
pub(super) fn heads(heads: &[AuditedHead], shards: u16, sealed: &HashMap<u16, u64>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let expected: Vec<i64> = (0..i64::from(shards)).collect();
    if heads.iter().map(|head| head.shard).ne(expected) {
        let said = format!(
            "there are heads of the shards {:?}",
            heads.iter().map(|head| head.shard).collect::<Vec<_>>()
        );
        findings.push(Finding::new(Kind::IndexAltered, said).fields(["shard"]));
    }
    let first = heads.first().and_then(|head| head.incarnation);
    for head in heads {
        let Ok(shard) = u16::try_from(head.shard) else { continue };
        let mut altered = |column: &str, position: u64, said: String| {
            let said = format!("the head of shard {shard}: {said}");
            findings.push(Finding::new(Kind::IndexAltered, said).at(shard, position).fields([column]));
        };
        let (last, at) = head.last.unwrap_or((0, 0));
        let position = u64::try_from(head.position).unwrap_or(0);
        if head.incarnation.is_none() || head.incarnation != first {
            altered("incarnation", position, "its incarnation is not that of the others, or none".to_owned());
        } else if head.kept_incarnation.is_some() && head.kept_incarnation != head.incarnation {
            altered("incarnation", position, "its incarnation is not the newest that is kept".to_owned());
        }
        if last > head.position && sealed.get(&shard).is_none_or(|sealed| stored(*sealed) < last) {
            let said = format!("shard {shard}, position {}: records stand behind the head", position + 1);
            let finding = Finding::new(Kind::Inserted, said).at(shard, position + 1);
            findings.push(finding.until(u64::try_from(last).unwrap_or(u64::MAX)));
        } else if last != head.position {
            altered(
                "position",
                position,
                format!("it says {}, and the last record stands at {last}", head.position),
            );
        } else if head.recorded_at.is_some_and(|recorded_at| last > 0 && recorded_at != at) {
            altered("recorded_at", position, "it has another time than the last record".to_owned());
        }
    }
    findings
}

/// Where the table of ids leads elsewhere. Of records that were altered themselves nothing is said here.
pub(super) fn ids(strays: &[StrayId], altered: &HashSet<(u16, u64)>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stray in strays {
        let place = stray.stands.or(stray.leads);
        let place = place.and_then(|(shard, at)| Some((u16::try_from(shard).ok()?, u64::try_from(at).ok()?)));
        if place.is_some_and(|place| altered.contains(&place)) {
            continue;
        }
        let said = match (stray.stands, stray.leads) {
            (Some(_), Some(_)) => {
                format!("the table of ids leads from {} to another place than that of its record", stray.id)
            }
            (Some(_), None) => {
                format!("the table of ids does not know {}, of which there is a record", stray.id)
            }
            _ => format!("the table of ids knows {}, of which there is no record", stray.id),
        };
        let mut finding =
            Finding::new(Kind::IndexAltered, said).about(Some(stray.id), None).fields(["event_ids"]);
        if let Some((shard, at)) = place {
            finding = finding.at(shard, at);
        }
        findings.push(finding);
    }
    findings
}
