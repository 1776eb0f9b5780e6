//! The evidence of a guarantee as people read it: made of the evidence file alone, so that the page says what the file proves.

mod discreet;
mod happening;
mod particulars;

use baohan_documents::{EvidencePage, EvidencedFile, Happening, ProofInShort, Witnessed};
use baohan_domain::{Guarantee, evolve};
use baohan_issuing::Institution;
use baohan_ledger::{Recorded, read};
use baohan_seal::evidence::{Evidence, EvidenceRecord};
use baohan_seal::{Policy, PublicKey, SignedCheckpoint};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Why there is no page of an evidence file. The ledger made the file, so none of it is a caller's doing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unshown {
    /// A record cannot be read.
    #[error(transparent)]
    Record(#[from] baohan_seal::evidence::RecordFault),
    /// What a record says is not known.
    #[error(transparent)]
    Event(#[from] baohan_domain::upcast::UnreadableEvent),
    /// The metadata of a record are none.
    #[error("the metadata of a record are none")]
    Metadata(#[from] serde_json::Error),
    /// The checkpoint cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] baohan_seal::NoteFault),
    /// The file has no record, or its checkpoint not its shard.
    #[error("the evidence file is empty")]
    Empty,
}

/// The page of an evidence file.
pub(crate) fn page(
    evidence: &Evidence,
    institution: &Institution,
    policy: &Policy,
) -> Result<EvidencePage, Unshown> {
    let (guarantee, read) = told(evidence)?;
    let happenings = read.iter().map(happening).collect::<Result<_, _>>()?;
    let signed = SignedCheckpoint::parse(&evidence.checkpoint)?;
    let shard = evidence.records.first().ok_or(Unshown::Empty)?.shard;
    let documents = evidence.documents.iter().map(|document| EvidencedFile {
        name: happening::form(&document.kind),
        sm3: document.sm3.clone(),
        bytes: document.bytes,
    });
    Ok(EvidencePage {
        institution: institution.name.clone(),
        ledger: evidence.ledger.to_string(),
        guarantee: evidence.guarantee.to_string(),
        made_at: signed.checkpoint().time,
        particulars: particulars::particulars(&guarantee, &platform(&guarantee, institution)),
        happenings,
        documents: documents.collect(),
        proof: proof(evidence, &signed, shard, policy)?,
    })
}

/// The guarantee as the file tells it: what the file gives away is decided by the file.
pub(crate) fn guarantee(evidence: &Evidence) -> Result<Guarantee, Unshown> {
    told(evidence).map(|(guarantee, _)| guarantee)
}

fn told(evidence: &Evidence) -> Result<(Guarantee, Vec<Recorded>), Unshown> {
    let read = evidence.records.iter().map(recorded).collect::<Result<Vec<_>, _>>()?;
    let guarantee = read.iter().fold(Guarantee::default(), |state, one| evolve(state, &one.event));
    Ok((guarantee, read))
}

fn recorded(record: &EvidenceRecord) -> Result<Recorded, Unshown> {
    Ok(read(record.event()?)?)
}

fn happening(recorded: &Recorded) -> Result<Happening, Unshown> {
    #[derive(Deserialize)]
    struct Metadata {
        #[serde(default)]
        actor: String,
    }
    let Metadata { actor } = serde_json::from_str(&recorded.stored.metadata)?;
    Ok(Happening {
        sequence: recorded.stored.sequence,
        at: recorded.stored.recorded_at,
        name: happening::name(&recorded.event).to_owned(),
        details: happening::details(&recorded.event),
        actor: happening::actor(&actor),
        position: recorded.stored.position,
    })
}

fn platform(guarantee: &Guarantee, institution: &Institution) -> String {
    let Some(application) = guarantee.application() else { return String::new() };
    let name = (institution.platform_names)(&application.platform, application.platform_code.as_deref());
    name.unwrap_or_else(|| application.platform.clone())
}

fn proof(
    evidence: &Evidence,
    signed: &SignedCheckpoint,
    shard: u16,
    policy: &Policy,
) -> Result<ProofInShort, Unshown> {
    let checkpoint = signed.checkpoint();
    let tree = checkpoint.shards.get(usize::from(shard)).ok_or(Unshown::Empty)?;
    let (key, earlier) = evidence.keys.ledger.split_last().ok_or(Unshown::Empty)?;
    let witnesses = signed.cosignatures().iter().map(|cosignature| {
        let witness = evidence.keys.witnesses.iter().find(|witness| witness.name == cosignature.name());
        Witnessed {
            name: cosignature.name().to_owned(),
            key: witness.map_or_else(|| "——".to_owned(), |witness| witness.public_key.id()),
            at: seconds(cosignature.seconds()),
        }
    });
    Ok(ProofInShort {
        number: checkpoint.number,
        at: checkpoint.time,
        digest: hex::encode(signed.digest()),
        shard,
        size: tree.size,
        root: hex::encode(tree.root),
        key: key.id(),
        earlier_keys: earlier.iter().map(PublicKey::id).collect(),
        witnesses: witnesses.collect(),
        at_least: policy.at_least,
        counts: policy.counts(signed).is_ok(),
    })
}

/// A time that a witness tells, in seconds since 1970.
pub(crate) fn seconds(seconds: u64) -> DateTime<Utc> {
    i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).unwrap_or_default()
}
