use baohan_log::Log;
use baohan_projections::Projections;
use baohan_seal::evidence::{Evidence, EvidenceRecord};
use uuid::Uuid;

use crate::error::Error;
use crate::inclusion::{covers, path, tree};
use crate::kept::{self, Keys};
use crate::source::Trust;

/// The evidence file of a guarantee: all its records as they stand now. Of the newest checkpoints that speak of all of them it takes the
/// newest that counts by the policy, or else the newest. Of `trust` it needs a key of the ledger; the witnesses' keys go into the file.
/// Absent: there is no such guarantee.
///
/// # Errors
/// [`Error::NotSignedYet`] within the second in which something of it was written; [`Error::DoesNotLead`] where the store was altered.
pub async fn evidence(
    log: &Log,
    projections: &Projections,
    trust: &Trust,
    guarantee: Uuid,
) -> Result<Option<Evidence>, Error> {
    let events = log.load(guarantee).await?.events;
    let Some(last) = events.last() else { return Ok(None) };
    let speaks = |at: &baohan_seal::Checkpoint| covers(&at.shards, last.shard, last.position);
    let counts = |signed: &baohan_seal::SignedCheckpoint| trust.policy.counts(signed).is_ok();
    let signed = kept::newest(log, speaks, counts).await?.ok_or(Error::NotSignedYet)?;
    let no_key = || Error::DoesNotLead("none of the known keys has signed a checkpoint".to_owned());
    let keys = Keys::find(log, trust).await?.ok_or_else(no_key)?;
    let tree = tree(&signed, last.shard)?;
    let mut records = Vec::with_capacity(events.len());
    for event in &events {
        let place = (event.shard, event.position);
        let path = path(projections, place, &event.leaf_hash(), tree).await?;
        records.push(EvidenceRecord::new(event, &path));
    }
    let (first, witnesses) = (keys.chain.key_of(0), &trust.policy.of);
    let evidence = Evidence::new(guarantee, records, &signed, first, &keys.introductions, witnesses);
    evidence.map(Some).map_err(|fault| Error::DoesNotLead(fault.to_string()))
}
