//! From places that do not fit to what has happened there.

use std::collections::HashSet;

use uuid::Uuid;

use super::anchor::Origin;
use super::batch::{How, Misfit, Sizes};
use super::search::{Displaced, Found};
use super::shard::{Moored, Walked};
use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::source::Sources;

/// Who is at fault where log and seal differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The signed root is the seal's.
    Log,
    /// The signed root is the log's.
    Seal,
    /// Neither leads to the signed root.
    Both,
    /// Nothing signed speaks of it.
    Unsigned,
}

impl Fault {
    fn note(self) -> &'static str {
        match self {
            Self::Log | Self::Seal => "",
            Self::Both => "; neither the records nor the seal lead to what was signed",
            Self::Unsigned => "; no signed checkpoint speaks of it yet",
        }
    }
}

pub(super) struct Diagnosis<'v> {
    pub(super) sources: &'v Sources,
    pub(super) shard: u16,
    pub(super) sizes: Sizes,
    pub(super) walked: &'v Walked,
}

impl Diagnosis<'_> {
    /// What has happened to the records of the shard, and to the leaves of the seal.
    pub(super) async fn findings(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let (mut displaced, mut absent) = (Vec::new(), Vec::new());
        for misfit in &self.walked.misfits {
            match &misfit.how {
                How::Differs(fields) if fields.contains(&"id") && self.is_of_the_log(misfit) => {
                    displaced.push(misfit);
                }
                How::NoRecord | How::Neither if self.is_of_the_log(misfit) => absent.push(misfit.position),
                _ => findings.push(self.alone(misfit)),
            }
        }
        let searched: HashSet<u64> =
            displaced.iter().map(|misfit| misfit.position).chain(absent.iter().copied()).collect();
        if !searched.is_empty() {
            let sealed = self.sizes.sealed.unwrap_or(0);
            let found = Found::of(self.sources, self.shard, &searched, sealed, self.sizes.head).await?;
            let closed_up = self.displaced(&displaced, &found, &mut findings);
            if !closed_up {
                self.absent(&absent, &found, &mut findings);
            }
        }
        if let Some(finding) = self.unmoored(&findings) {
            findings.push(finding);
        }
        Ok(findings)
    }

    fn fault(&self, position: u64) -> Fault {
        for Moored { mooring, log, seal } in &self.walked.moored {
            if mooring.size < position {
                continue;
            }
            return match (log, seal) {
                (Some(true), Some(true)) => continue,
                (Some(true), _) => Fault::Seal,
                (_, Some(true)) => Fault::Log,
                _ => Fault::Both,
            };
        }
        Fault::Unsigned
    }

    fn is_of_the_log(&self, misfit: &Misfit) -> bool {
        self.fault(misfit.position) != Fault::Seal
    }

    fn finding(&self, kind: Kind, position: u64, said: &str) -> Finding {
        let said = format!("shard {}, position {position}: {said}", self.shard);
        Finding::new(kind, said).at(self.shard, position)
    }

    /// A place that can be judged by itself.
    fn alone(&self, misfit: &Misfit) -> Finding {
        let (at, fault) = (misfit.position, self.fault(misfit.position));
        let note = fault.note();
        let finding = match &misfit.how {
            How::Bent(field) => {
                let said = format!("{field} of the record holds what no record has{note}");
                self.finding(Kind::Altered, at, &said).fields([field])
            }
            How::Differs(fields) if fault == Fault::Seal || (fields.is_empty() && fault != Fault::Log) => {
                self.finding(
                    Kind::SealAltered,
                    at,
                    &format!("the seal has another leaf than the record{note}"),
                )
                .fields(["hash"])
            }
            How::Differs(fields) if fields.is_empty() => self.finding(
                Kind::Altered,
                at,
                "the record is not the one that was sealed; the seal's marks do not show where",
            ),
            How::Differs(fields) => {
                let said = format!(
                    "{} of the record {} not what was sealed{note}",
                    fields.join(", "),
                    is_or_are(fields)
                );
                self.finding(Kind::Altered, at, &said).fields(fields)
            }
            How::Marks => {
                self.finding(Kind::SealAltered, at, "the seal's marks are not the record's").fields(["marks"])
            }
            How::NoLeaf => self
                .finding(
                    Kind::SealAltered,
                    at,
                    "the seal has no leaf of the record, or none that can be read",
                )
                .fields(["hash"]),
            How::Neither | How::NoRecord => self.finding(
                Kind::SealAltered,
                at,
                "the seal has a leaf, or lacks one, where there is no record",
            ),
            How::Twice => self.finding(Kind::Inserted, at, "two records stand here"),
            How::Before(position) => self.finding(
                Kind::Inserted,
                0,
                &format!("a record stands at {position}, before the first one"),
            ),
        };
        finding.about(misfit.event, misfit.guarantee)
    }

    /// Records in whose place others stand. Answers whether all behind some place has moved, so that what is missing at the end is
    /// explained.
    fn displaced(&self, displaced: &[&Misfit], found: &Found, findings: &mut Vec<Finding>) -> bool {
        let mut explained_up_to = 0;
        for misfit in displaced {
            let at = misfit.position;
            if at <= explained_up_to {
                continue;
            }
            let note = self.fault(at).note();
            let about = |finding: Finding| finding.about(misfit.event, misfit.guarantee);
            match found.displaced(at) {
                Displaced::ClosedUp { gone } => {
                    let what = counted(gone, "record is", "records are");
                    let said = format!("{what} missing, and those behind have moved up{note}");
                    findings.push(self.finding(Kind::Missing, at, &said).until(at + gone - 1));
                    return true;
                }
                Displaced::MadeRoom { new } => {
                    let what = counted(new, "record was", "records were");
                    let said = format!("{what} put in between, and those behind have moved down{note}");
                    findings.push(
                        about(self.finding(Kind::Inserted, at, &said)).until(at + new.saturating_sub(1)),
                    );
                    return true;
                }
                Displaced::Moved { to } => {
                    let said =
                        format!("the record that was sealed here stands at {to}, and another one here{note}");
                    // All that stands elsewhere than it was sealed, up to the last that fits together.
                    let last = displaced.last().map_or(at, |last| last.position);
                    explained_up_to = last;
                    findings.push(about(self.finding(Kind::Reordered, at, &said)).until(last));
                }
                Displaced::Replaced => {
                    let fields = match &misfit.how {
                        How::Differs(fields) => fields.as_slice(),
                        _ => &[],
                    };
                    let said = format!("another record stands here than the one that was sealed{note}");
                    findings.push(about(self.finding(Kind::Altered, at, &said)).fields(fields));
                }
            }
        }
        false
    }

    /// Places at which there is no record, in runs.
    fn absent(&self, absent: &[u64], found: &Found, findings: &mut Vec<Finding>) {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for &at in absent {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == at && found.gone_to(at).is_none() => *last = at,
                _ => runs.push((at, at)),
            }
        }
        for (first, last) in runs {
            let note = self.fault(first).note();
            let what = counted(last - first + 1, "record is", "records are");
            let finding = if let Some(to) = found.gone_to(first) {
                let said = format!("the record that was sealed here stands at {to}{note}");
                self.finding(Kind::Reordered, first, &said)
            } else if last >= self.sizes.head && first > self.walked.last_record {
                self.finding(Kind::Truncated, first, &format!("{what} missing from here to the end{note}"))
            } else {
                self.finding(Kind::Missing, first, &format!("{what} missing{note}"))
            };
            findings.push(finding.until(last));
        }
    }

    /// Where what was signed is another history, though nothing in the store contradicts itself.
    fn unmoored(&self, found: &[Finding]) -> Option<Finding> {
        let off = self.walked.moored.iter().find(|moored| moored.log != Some(true))?;
        let size = off.mooring.size;
        // What was found before it is the reason.
        if found
            .iter()
            .any(|finding| finding.kind.is_of_the_log() && finding.position.is_some_and(|at| at <= size))
        {
            return None;
        }
        let who = match &off.mooring.origin {
            Origin::Kept => format!("checkpoint {}, which was signed,", off.mooring.number),
            Origin::Outside(from) => format!("checkpoint {} that {from} has", off.mooring.number),
        };
        if off.log.is_none() && self.walked.last_record < size {
            let first = self.walked.last_record + 1;
            let said = format!("{who} speaks of {size} records, and {} are there", self.walked.last_record);
            let finding = self.finding(Kind::Truncated, first, &said).until(size);
            return Some(finding.checkpoint(off.mooring.number));
        }
        let before = self.walked.moored.iter().filter(|moored| moored.log == Some(true));
        let first =
            before.map(|moored| moored.mooring.size).filter(|good| *good < size).max().unwrap_or(0) + 1;
        let knows = self.walked.off_timeline.iter().find(|off| (first..=size).contains(&off.position));
        let position = knows.map_or(first, |off| off.position);
        let which = match (knows.is_some(), first == size) {
            (true, _) => "the timeline knows this record otherwise".to_owned(),
            (false, true) => "it is this record".to_owned(),
            (false, false) => format!("it is one of the records {first} to {size}"),
        };
        let said = format!("{who} speaks of another history than the records and the seal show: {which}");
        let finding =
            self.finding(Kind::Rewritten, position, &said).until(size).checkpoint(off.mooring.number);
        let about: (Option<Uuid>, Option<Uuid>) =
            knows.map_or((None, None), |off| (off.event, off.guarantee));
        Some(finding.about(about.0, about.1))
    }
}

fn is_or_are(fields: &[&str]) -> &'static str {
    if fields.len() == 1 { "is" } else { "are" }
}

fn counted(count: u64, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
}
