//! A range of positions of one shard: what the log, the seal and the timeline say of it, read side by side and compared.

use std::collections::HashMap;
use std::ops::Range;

use baohan_log::{AuditedRow, Log, StoredEvent, StrayId, sealed_leaf};
use baohan_projections::{AuditedLeaf, AuditedTimeline, Projections};
use baohan_seal::evidence::documents_of;
use baohan_seal::{FIELDS, Hash, marks_of};
use serde::Deserialize;
use uuid::Uuid;

use super::fact::{CallNamed, DocumentNamed, Facts, Last};
use crate::error::Error;

/// How many positions are compared at once: some megabytes of records.
pub(super) const BATCH: u64 = 4_096;

/// What each side is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Up to which position the log has records, as its head said at the beginning.
    pub(super) head: u64,
    /// Up to which the seal had leaves before that; `None`: it is not compared.
    pub(super) sealed: Option<u64>,
    /// Up to which the timeline had rows before that; `None`: it is not compared.
    pub(super) timeline: Option<u64>,
}

/// What was read of the positions behind `after`, up to `up_to`.
pub(super) struct Read {
    pub(super) shard: u16,
    pub(super) after: u64,
    pub(super) up_to: u64,
    pub(super) sizes: Sizes,
    pub(super) rows: Vec<AuditedRow>,
    pub(super) leaves: Vec<AuditedLeaf>,
    pub(super) timeline: Vec<AuditedTimeline>,
    pub(super) strays: Vec<StrayId>,
}

impl Read {
    pub(super) async fn of(
        log: &Log,
        projections: Option<&Projections>,
        shard: u16,
        positions: Range<u64>,
        sizes: Sizes,
        beside: bool,
    ) -> Result<Self, Error> {
        let (after, up_to) = (positions.start, positions.end);
        let rows = async { Ok::<_, Error>(log.audited_rows(shard, stored(after), stored(up_to)).await?) };
        let leaves = async {
            match (projections, sizes.sealed) {
                (Some(projections), Some(sealed)) if after < sealed => {
                    Ok(projections.audited_leaves(shard, after..up_to.min(sealed)).await?)
                }
                _ => Ok::<_, Error>(Vec::new()),
            }
        };
        let timeline = async {
            match (projections, sizes.timeline) {
                (Some(projections), Some(timeline)) if after < timeline => {
                    Ok(projections.audited_timeline(shard, after, up_to.min(timeline)).await?)
                }
                _ => Ok::<_, Error>(Vec::new()),
            }
        };
        let strays = async {
            if beside {
                Ok(log.audited_ids(shard, stored(after), stored(up_to)).await?)
            } else {
                Ok::<_, Error>(Vec::new())
            }
        };
        let (rows, leaves, timeline, strays) = futures::try_join!(rows, leaves, timeline, strays)?;
        Ok(Self { shard, after, up_to, sizes, rows, leaves, timeline, strays })
    }
}

/// A position as its column has it.
pub(super) fn stored(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// How a position does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) position: u64,
    pub(super) how: How,
    /// What stands there in the log.
    pub(super) event: Option<Uuid>,
    pub(super) guarantee: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    /// There is no record.
    NoRecord,
    /// The record's column is none that an event has.
    Bent(&'static str),
    /// There is no leaf, or none that can be read.
    NoLeaf,
    /// Neither is there.
    Neither,
    /// The leaf is another than the record's; these fields' marks differ.
    Differs(Vec<&'static str>),
    /// The leaf is the record's, its marks are not.
    Marks,
    /// A second record at the same position.
    Twice,
    /// A record before the first position.
    Before(i64),
}

/// A column of the timeline that is not its record's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OffTimeline {
    pub(super) position: u64,
    pub(super) event: Option<Uuid>,
    pub(super) guarantee: Option<Uuid>,
    /// Empty: the row is missing.
    pub(super) columns: Vec<&'static str>,
}

/// What came of comparing.
pub(super) struct Compared {
    pub(super) after: u64,
    pub(super) up_to: u64,
    /// The leaves of the records, from behind `after` on; `None`: there is no record.
    pub(super) log: Vec<Option<Hash>>,
    /// The leaves that are not the same in the seal; `None`: there is none.
    pub(super) seal: HashMap<u64, Option<Hash>>,
    pub(super) misfits: Vec<Misfit>,
    pub(super) off_timeline: Vec<OffTimeline>,
    pub(super) strays: Vec<StrayId>,
    pub(super) facts: Facts,
    pub(super) records: u64,
    /// The last position at which a row stands; 0: at none.
    pub(super) last_record: u64,
    pub(super) leaves: u64,
    pub(super) rows: u64,
}

/// What the metadata name that stands elsewhere.
#[derive(Deserialize, Default)]
struct Metadata<'m> {
    #[serde(borrow, default)]
    journal_id: Option<std::borrow::Cow<'m, str>>,
    #[serde(borrow, default)]
    raw_sm3: Option<std::borrow::Cow<'m, str>>,
}

/// What stands in metadata that name a call.
const JOURNAL: &str = "\"journal_id\"";
/// What stands in the payload of a record that names a document.
const DOCUMENT: &str = "\"document\"";

impl Read {
    /// Hashes each record once and holds it against what the others say.
    pub(super) fn compare(self, beside: bool) -> Compared {
        let places = usize::try_from(self.up_to - self.after).unwrap_or(0);
        let mut compared = Compared {
            after: self.after,
            up_to: self.up_to,
            log: vec![None; places],
            seal: HashMap::new(),
            misfits: Vec::new(),
            off_timeline: Vec::new(),
            strays: self.strays,
            facts: Facts::default(),
            records: 0,
            last_record: 0,
            leaves: self.leaves.len() as u64,
            rows: self.timeline.len() as u64,
        };
        let mut rows: Vec<Option<AuditedRow>> = vec![None; places];
        for row in self.rows {
            let position = position(&row);
            let place = u64::try_from(position).ok().and_then(|at| at.checked_sub(self.after + 1));
            match place.and_then(|place| rows.get_mut(usize::try_from(place).ok()?)) {
                Some(place @ None) => *place = Some(row),
                Some(Some(_)) => compared.misfit(position, How::Twice, Some(&row)),
                None => compared.misfit(position, How::Before(position), Some(&row)),
            }
        }
        let mut leaves = self.leaves.into_iter().peekable();
        let mut timeline = self.timeline.into_iter().peekable();
        for (row, at) in rows.into_iter().zip(self.after + 1..) {
            if row.is_some() {
                compared.last_record = at;
            }
            let leaf = leaves.next_if(|leaf| leaf.index + 1 == at);
            let shown = timeline.next_if(|shown| shown.position == at);
            let is_sealed = self.sizes.sealed.is_some_and(|sealed| at <= sealed);
            compared.position(at, row.as_ref(), leaf, is_sealed, self.sizes.head);
            if self.sizes.timeline.is_some_and(|timeline| at <= timeline)
                && let Some(AuditedRow::Event(event)) = &row
            {
                compared.timeline(event, shown.as_ref());
            }
            if beside && let Some(AuditedRow::Event(event)) = &row {
                compared.facts.take(event);
            }
        }
        compared.facts.shard = self.shard;
        compared
    }
}

impl Compared {
    fn position(
        &mut self,
        at: u64,
        row: Option<&AuditedRow>,
        leaf: Option<AuditedLeaf>,
        is_sealed: bool,
        head: u64,
    ) {
        let Some(AuditedRow::Event(event)) = row else {
            if let Some(hash) = leaf.and_then(|leaf| leaf.hash) {
                self.seal.insert(at, Some(hash));
            }
            match row {
                Some(AuditedRow::Bent(bent)) => self.misfit(stored(at), How::Bent(bent.field), row),
                _ if leaf.is_some() => self.misfit(stored(at), How::NoRecord, None),
                _ if is_sealed => self.misfit(stored(at), How::Neither, None),
                _ if at <= head => self.misfit(stored(at), How::NoRecord, None),
                _ => {}
            }
            return;
        };
        let own = event.sealed_fields();
        let hash = sealed_leaf(&own);
        self.records += 1;
        if let Some(place) =
            usize::try_from(at - self.after - 1).ok().and_then(|place| self.log.get_mut(place))
        {
            *place = Some(hash);
        }
        if !is_sealed {
            return;
        }
        let sealed = leaf.and_then(|leaf| Some((leaf.hash?, leaf.marks)));
        let Some((sealed, its_marks)) = sealed else {
            self.seal.insert(at, None);
            return self.misfit(stored(at), How::NoLeaf, row);
        };
        if sealed == hash {
            if its_marks != Some(marks_of(&own)) {
                self.misfit(stored(at), How::Marks, row);
            }
            return;
        }
        self.seal.insert(at, Some(sealed));
        let own = marks_of(&own);
        let fields = match its_marks {
            Some(its) => (0..FIELDS.len())
                .filter(|field| own[*field] != its[*field])
                .map(|field| FIELDS[field])
                .collect(),
            None => Vec::new(),
        };
        self.misfit(stored(at), How::Differs(fields), row);
    }

    fn timeline(&mut self, event: &StoredEvent, shown: Option<&AuditedTimeline>) {
        let columns = match shown {
            Some(shown) => shown.differs(event),
            None => Vec::new(),
        };
        if shown.is_none() || !columns.is_empty() {
            self.off_timeline.push(OffTimeline {
                position: event.position,
                event: Some(event.id),
                guarantee: Some(event.aggregate_id),
                columns,
            });
        }
    }

    fn misfit(&mut self, position: i64, how: How, row: Option<&AuditedRow>) {
        let (event, guarantee) = match row {
            Some(AuditedRow::Event(event)) => (Some(event.id), Some(event.aggregate_id)),
            Some(AuditedRow::Bent(bent)) => (bent.id, None),
            None => (None, None),
        };
        let position = u64::try_from(position).unwrap_or(0);
        self.misfits.push(Misfit { position, how, event, guarantee });
    }
}

pub(super) fn position(row: &AuditedRow) -> i64 {
    match row {
        AuditedRow::Event(event) => stored(event.position),
        AuditedRow::Bent(bent) => bent.position,
    }
}

impl Facts {
    pub(super) fn take(&mut self, event: &StoredEvent) {
        let (version, position) = (event.sequence, event.position);
        let last = Last { version, position, begins: (version == 1).then_some(position) };
        let before = self.last.get(&event.aggregate_id);
        self.last.insert(event.aggregate_id, last.behind(before));
        let metadata: Metadata<'_> = if event.metadata.contains(JOURNAL) {
            serde_json::from_str(&event.metadata).unwrap_or_default()
        } else {
            Metadata::default()
        };
        let journal = metadata.journal_id.as_deref().and_then(|id| Uuid::parse_str(id).ok());
        if let Some(id) = journal {
            let raw_sm3 = metadata.raw_sm3.as_deref().unwrap_or_default().to_owned();
            self.calls.push(CallNamed {
                id,
                raw_sm3,
                position: event.position,
                event: event.id,
                guarantee: event.aggregate_id,
            });
        }
        if event.payload.contains(DOCUMENT) {
            let named = documents_of([event.payload.as_str()]).into_iter();
            self.documents.extend(named.map(|document| DocumentNamed {
                document,
                position: event.position,
                event: event.id,
                guarantee: event.aggregate_id,
            }));
        }
    }
}
