use baohan_log::StoredEvent;

use crate::checkpoint::Checkpoint;
use crate::key_chain::KeyChain;
use crate::proof::verify_inclusion;
use crate::signed_checkpoint::SignedCheckpoint;

use super::document::documents_of;
use super::fault::{EvidenceFault, RecordFault};
use super::file::{Evidence, written_time};
use super::record::EvidenceRecord;
use super::trust::{Trust, Trusted, Verdict};

/// Verifies an evidence file, without anything but the file and what the verifier trusts. It gives a verdict only where all of the file is
/// proven: each step of `docs/evidence.md`, the cheap ones first.
pub fn verify(bytes: &[u8], trust: &Trust) -> Result<Verdict, EvidenceFault> {
    let file = Evidence::parse(bytes)?;
    let signed = SignedCheckpoint::parse(&file.checkpoint)?;
    let checkpoint = signed.checkpoint();
    if checkpoint.ledger != file.ledger {
        return Err(EvidenceFault::OtherLedger { file: file.ledger, checkpoint: checkpoint.ledger });
    }
    if file.made_at != written_time(checkpoint.time) {
        return Err(EvidenceFault::MadeAt);
    }
    let events = records(&file, checkpoint)?;
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Err(EvidenceFault::Empty) };
    if file.documents != documents_of(events.iter().map(|event| event.payload.as_str())) {
        return Err(EvidenceFault::Documents);
    }
    let chain = keys(&file, &signed, trust)?;
    witnesses(&file, &signed)?;
    let counting = trust.witnesses.as_ref().map(|policy| policy.counts(&signed)).transpose()?;
    Ok(Verdict {
        ledger: file.ledger,
        guarantee: file.guarantee,
        trusted: match (&trust.ledger, &counting) {
            (Some(_), Some(names)) if !names.is_empty() => Trusted::LedgerAndWitnesses,
            (Some(_), _) => Trusted::Ledger,
            (None, Some(names)) if !names.is_empty() => Trusted::Witnesses,
            (None, _) => Trusted::Nothing,
        },
        shard: first.shard,
        records: last.sequence,
        first_recorded_at: first.recorded_at,
        last_recorded_at: last.recorded_at,
        checkpoint: checkpoint.number,
        checkpoint_time: checkpoint.time,
        checkpoint_digest: hex::encode(signed.digest()),
        first_key: chain.key_of(1).id(),
        signed_by: chain.key_of(checkpoint.number).id(),
        cosigned_by: signed.cosignatures().iter().map(|one| one.name().to_owned()).collect(),
        trusted_witnesses: counting.unwrap_or_default(),
        documents: file.documents,
    })
}

/// Each record stands in the ledger, and they follow on each other.
fn records(file: &Evidence, checkpoint: &Checkpoint) -> Result<Vec<StoredEvent>, EvidenceFault> {
    let mut events: Vec<StoredEvent> = Vec::new();
    for (sequence, record) in (1..).zip(&file.records) {
        let event = included(file, checkpoint, record)
            .and_then(|event| follows(events.last(), sequence, &event).map(|()| event))
            .map_err(|source| EvidenceFault::Record { sequence, source })?;
        events.push(event);
    }
    Ok(events)
}

fn included(
    file: &Evidence,
    checkpoint: &Checkpoint,
    record: &EvidenceRecord,
) -> Result<StoredEvent, RecordFault> {
    let event = record.event()?;
    if event.aggregate_id != file.guarantee {
        return Err(RecordFault::OtherGuarantee);
    }
    let tree = checkpoint.shards.get(usize::from(event.shard)).ok_or(RecordFault::Shard)?;
    let index = event.position.checked_sub(1).ok_or(RecordFault::Order)?;
    verify_inclusion(&event.leaf_hash(), index, tree.size, &record.hashes()?, &tree.root)?;
    Ok(event)
}

fn follows(before: Option<&StoredEvent>, sequence: u64, event: &StoredEvent) -> Result<(), RecordFault> {
    let on = before.is_none_or(|before| before.shard == event.shard && before.position < event.position);
    if on && event.sequence == sequence { Ok(()) } else { Err(RecordFault::Order) }
}

/// The keys lead to the checkpoint, and none is in the file that they do not lead over.
fn keys(file: &Evidence, signed: &SignedCheckpoint, trust: &Trust) -> Result<KeyChain, EvidenceFault> {
    let first = file.keys.ledger.first().ok_or(EvidenceFault::NoKey)?;
    if let Some(trusted) = trust.ledger.as_ref().filter(|trusted| *trusted != first) {
        return Err(EvidenceFault::OtherKey { file: first.id(), trusted: trusted.id() });
    }
    let mut chain = KeyChain::new(file.ledger, first.clone());
    for note in &file.introductions {
        let introduction = SignedCheckpoint::parse(note)?;
        // Co-signatures of an introduction prove nothing here.
        let needed = introduction.checkpoint().number < signed.checkpoint().number;
        if !needed || !introduction.cosignatures().is_empty() {
            return Err(EvidenceFault::Keys);
        }
        chain.introduce(&introduction)?;
    }
    if !chain.keys().eq(&file.keys.ledger) {
        return Err(EvidenceFault::Keys);
    }
    chain.verify(signed)?;
    Ok(chain)
}

/// Every co-signature is by the witness that the file names at its place.
fn witnesses(file: &Evidence, signed: &SignedCheckpoint) -> Result<(), EvidenceFault> {
    let (cosignatures, named) = (signed.cosignatures(), &file.keys.witnesses);
    for (cosignature, witness) in cosignatures.iter().zip(named) {
        let right = cosignature.name() == witness.name
            && cosignature.verify(signed.text(), &witness.public_key).is_ok();
        if !right {
            return Err(EvidenceFault::Witness(witness.name.clone()));
        }
    }
    let surplus = named.get(cosignatures.len()).map(|witness| witness.name.clone());
    let unnamed = cosignatures.get(named.len()).map(|cosignature| cosignature.name().to_owned());
    surplus.or(unnamed).map_or(Ok(()), |name| Err(EvidenceFault::Witness(name)))
}
