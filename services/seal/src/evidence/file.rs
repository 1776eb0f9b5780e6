use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::key_chain::KeyChain;
use crate::policy::WitnessKey;
use crate::public_key::PublicKey;
use crate::signed_checkpoint::SignedCheckpoint;

use super::document::{Document, documents_of};
use super::fault::EvidenceFault;
use super::record::EvidenceRecord;

/// The form that is described in `docs/evidence.md`.
pub const FORMAT: &str = "baohan.evidence/1";
/// Most bytes of a file: a guarantee has some dozens of records of some kilobytes; a hundred times that is none of ours.
pub const EVIDENCE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// An evidence file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Always [`FORMAT`].
    pub format: String,
    /// The ledger.
    pub ledger: Uuid,
    /// The guarantee.
    pub guarantee: Uuid,
    /// The checkpoint's time, as the checkpoint writes it: nothing in the file is newer, and nothing in it is unproven.
    pub made_at: String,
    /// The guarantee's records, sequence 1 first, without gap.
    pub records: Vec<EvidenceRecord>,
    /// The checkpoint, with its co-signatures: a signed note.
    pub checkpoint: String,
    /// The checkpoints that introduced keys, from the first key to the one that signs the checkpoint.
    pub introductions: Vec<String>,
    /// The keys that sign all this, as the file says.
    pub keys: Keys,
    /// The documents that the records name.
    pub documents: Vec<Document>,
}

/// The public keys that a file's signatures are verified with. They are the file's own word until somebody compares them with keys that came
/// another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The ledger's first key, and each that was introduced after it.
    pub ledger: Vec<PublicKey>,
    /// The witnesses who co-signed, in the order of their signatures.
    pub witnesses: Vec<WitnessKey>,
}

impl Evidence {
    /// Puts a file together. `first_key` and the introductions lead to the checkpoint's key; introductions from the checkpoint on are left
    /// out, and so are co-signatures of witnesses whose key is not among `witnesses` or that are wrong.
    pub fn new(
        guarantee: Uuid,
        records: Vec<EvidenceRecord>,
        checkpoint: &SignedCheckpoint,
        first_key: &PublicKey,
        introductions: &[SignedCheckpoint],
        witnesses: &[WitnessKey],
    ) -> Result<Self, EvidenceFault> {
        let at = checkpoint.checkpoint();
        let mut chain = KeyChain::new(at.ledger, first_key.clone());
        let mut notes = Vec::new();
        for introduction in introductions.iter().filter(|one| one.checkpoint().number < at.number) {
            chain.introduce(introduction)?;
            notes.push(introduction.bare().note());
        }
        chain.verify(checkpoint)?;
        let (mut signed, mut cosigners) = (checkpoint.bare(), Vec::new());
        for cosignature in checkpoint.cosignatures() {
            let known = witnesses.iter().find(|witness| witness.name == cosignature.name());
            let known = known.filter(|it| cosignature.verify(checkpoint.text(), &it.public_key).is_ok());
            if let Some(witness) = known.filter(|_| signed.add(cosignature.clone())) {
                cosigners.push(witness.clone());
            }
        }
        Ok(Self {
            format: FORMAT.to_owned(),
            ledger: at.ledger,
            guarantee,
            made_at: written_time(at.time),
            documents: documents_of(records.iter().map(|record| record.payload.as_str())),
            records,
            checkpoint: signed.note(),
            introductions: notes,
            keys: Keys { ledger: chain.keys().cloned().collect(), witnesses: cosigners },
        })
    }

    /// Reads a file. That it can be read says nothing about what it proves. It is written in one of two ways, compact or as
    /// [`Self::to_bytes`] does it, so that no byte of it can be changed unseen.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceFault> {
        if bytes.len() > EVIDENCE_BYTES_MAX {
            return Err(EvidenceFault::TooLong);
        }
        let evidence: Self = serde_json::from_slice(bytes)?;
        if evidence.format != FORMAT {
            return Err(EvidenceFault::Format(evidence.format));
        }
        if bytes != serde_json::to_vec(&evidence)? && bytes != evidence.to_bytes()? {
            return Err(EvidenceFault::Written);
        }
        Ok(evidence)
    }

    /// The file's bytes, indented by two blanks and with a line end, so that a person can look into it; as `jq .` writes it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvidenceFault> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// A time as checkpoints write it.
pub(super) fn written_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
