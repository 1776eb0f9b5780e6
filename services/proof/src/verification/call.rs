//! The journal: the messages that brought records about are those that the records name.

use std::collections::HashMap;

use baohan_log::{AuditedCall, KeyState};
use baohan_seal::digest;
use uuid::Uuid;

use super::fact::CallNamed;
use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::source::{Body, OpenBody, Sources};

/// What came of it.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) calls: u64,
    pub(super) bodies: u64,
    pub(super) erased: u64,
    pub(super) unopened: u64,
    pub(super) findings: Vec<Finding>,
}

impl Checked {
    pub(super) fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.bodies += other.bodies;
        self.erased += other.erased;
        self.unopened += other.unopened;
        self.findings.extend(other.findings);
    }
}

/// Holds calls against the records that name them. What altered records say of calls does not count.
pub(super) async fn check(
    sources: &Sources,
    shard: u16,
    named: Vec<CallNamed>,
    altered: &[u64],
) -> Result<Checked, Error> {
    let mut wanted: HashMap<Uuid, CallNamed> = HashMap::new();
    for call in named.into_iter().filter(|call| !altered.contains(&call.position)) {
        wanted.entry(call.id).or_insert(call);
    }
    let mut named: Vec<&CallNamed> = wanted.values().collect();
    named.sort_by_key(|call| call.position);
    let ids: Vec<Uuid> = named.iter().map(|call| call.id).collect();
    let mut found: HashMap<Uuid, AuditedCall> = HashMap::new();
    for ids in ids.chunks(baohan_log::AUDIT_ROWS_MAX) {
        let calls = sources.log.audited_calls(ids, true).await?;
        found.extend(calls.into_iter().map(|call| (call.id, call)));
    }
    // Opening and hashing a message is the processor's work.
    let named: Vec<CallNamed> = named.into_iter().cloned().collect();
    let (open, is_whole) = (sources.open_body.clone(), altered.is_empty());
    let compared = tokio::task::spawn_blocking(move || {
        let mut checked = Checked::default();
        for call in named {
            checked.calls += 1;
            let off = match found.remove(&call.id) {
                None => Some(("row", format!("the call {} that brought it is not in the journal", call.id))),
                Some(kept) => checked.compare(open.as_ref(), &call, &kept, is_whole),
            };
            if let Some((column, said)) = off {
                let said = format!("shard {shard}, position {}: {said}", call.position);
                let finding =
                    Finding::new(Kind::JournalAltered, said).at(shard, call.position).fields([column]);
                checked.findings.push(finding.about(Some(call.event), Some(call.guarantee)));
            }
        }
        checked
    });
    Ok(compared.await?)
}

impl Checked {
    /// The column in which the entry does not fit, and how. Where records are altered, `is_whole` is not, and a key may not be found for that
    /// reason.
    fn compare(
        &mut self,
        open: Option<&OpenBody>,
        call: &CallNamed,
        kept: &AuditedCall,
        is_whole: bool,
    ) -> Option<(&'static str, String)> {
        let id = call.id;
        if kept.body_sm3 != call.raw_sm3 {
            return Some((
                "body_sm3",
                format!("the journal's digest of the call {id} is not the one that the record names"),
            ));
        }
        if kept.aggregate_id.is_some_and(|aggregate| aggregate != call.guarantee) {
            return Some(("aggregate_id", format!("the journal has the call {id} under another guarantee")));
        }
        if call.raw_sm3.is_empty() {
            return None;
        }
        let is_erased = match kept.key {
            KeyState::Destroyed { .. } => true,
            KeyState::Wrapped(_) => false,
            KeyState::None => !is_whole,
        };
        let gone = || {
            let said = format!("the message of the call {id} is gone, and its guarantee was never erased");
            Some(("body", said))
        };
        if kept.body.is_none() {
            self.erased += u64::from(is_erased);
            return if is_erased { None } else { gone() };
        }
        let Some(open) = open else {
            self.unopened += 1;
            return None;
        };
        match open(kept) {
            Body::Open(body) if hex::encode(digest(&body)) == call.raw_sm3 => {
                self.bodies += 1;
                None
            }
            Body::Open(_) => {
                Some(("body", format!("the message of the call {id} is not the one that the record names")))
            }
            Body::DoesNotOpen => {
                Some(("body", format!("the message of the call {id} does not open under its key")))
            }
            Body::Erased if is_erased => {
                self.erased += 1;
                None
            }
            Body::Erased => gone(),
        }
    }
}
