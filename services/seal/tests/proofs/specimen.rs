//! A small ledger in memory: records, checkpoints, keys, and the evidence of one guarantee.

use baohan_log::StoredEvent;
use baohan_seal::evidence::{Evidence, EvidenceRecord, Trust};
use baohan_seal::{
    Checkpoint, Cosignature, Frontier, Hash, Policy, PublicKey, ShardRoot, SignedCheckpoint, Signer,
    SigningKey, WitnessKey, consistency_ranges, inclusion_ranges, join, perfect_subtrees,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A key that is the same in every run.
pub fn key(number: u8) -> Signer {
    SigningKey::from_bytes(&[number; 32]).unwrap().into()
}

pub fn start() -> DateTime<Utc> {
    "2026-03-01T08:00:00.123456Z".parse().unwrap()
}

/// The shards' records, of which every `guarantees`-th belongs to the same guarantee.
pub struct Ledger {
    pub id: Uuid,
    pub shards: Vec<Vec<StoredEvent>>,
}

impl Ledger {
    pub fn new(sizes: &[u64], guarantees: u64) -> Self {
        let shards = (0..).zip(sizes).map(|(shard, size)| {
            (0..*size)
                .map(|index| record(shard, index + 1, index / guarantees + 1, index % guarantees))
                .collect()
        });
        Self { id: Uuid::from_u128(0xF00D), shards: shards.collect() }
    }

    pub fn leaves(&self, shard: usize) -> Vec<Hash> {
        self.shards[shard].iter().map(StoredEvent::leaf_hash).collect()
    }

    pub fn checkpoint(&self, number: u64, previous: Option<&SignedCheckpoint>) -> Checkpoint {
        let roots = (0..self.shards.len()).map(|shard| {
            let mut tree = Frontier::new();
            self.leaves(shard).into_iter().for_each(|leaf| tree.push(leaf));
            ShardRoot { size: tree.size(), root: tree.root() }
        });
        Checkpoint {
            ledger: self.id,
            number,
            time: start() + TimeDelta::seconds(number.try_into().unwrap()),
            shards: roots.collect(),
            previous: previous.map(SignedCheckpoint::digest),
            introduces: None,
        }
    }

    pub fn inclusion(&self, shard: usize, index: u64) -> Vec<Hash> {
        let leaves = self.leaves(shard);
        path(&leaves, inclusion_ranges(index, leaves.len().try_into().unwrap()).unwrap())
    }

    pub fn consistency(&self, shard: usize, old: u64) -> Vec<Hash> {
        let leaves = self.leaves(shard);
        path(&leaves, consistency_ranges(old, leaves.len().try_into().unwrap()).unwrap())
    }
}

fn path(leaves: &[Hash], ranges: Vec<std::ops::Range<u64>>) -> Vec<Hash> {
    let subtree = |range: std::ops::Range<u64>| {
        let mut tree = Frontier::new();
        range.for_each(|leaf| tree.push(leaves[usize::try_from(leaf).unwrap()]));
        tree.root()
    };
    let whole =
        |range| perfect_subtrees(range).into_iter().map(|one| subtree(one.range())).collect::<Vec<_>>();
    ranges.into_iter().map(|range| join(&whole(range))).collect()
}

pub fn record(shard: u16, position: u64, sequence: u64, guarantee: u64) -> StoredEvent {
    let (event_type, payload) = match sequence {
        1 => (
            "Applied",
            r#"{"type":"Applied","applicant":"示例建设有限公司","amount":"500000.00"}"#.to_owned(),
        ),
        2 => (
            "Issued",
            format!(
                r#"{{"type":"Issued","guarantee_no":"BH20260301{position:08}","document":{{"form":"sealed","digest":"{}","media":"pdf","size_bytes":48213}}}}"#,
                "5a".repeat(32)
            ),
        ),
        _ => ("Annotated", format!(r#"{{"type":"Annotated","text":"第{sequence}次备注\n\u001f"}}"#)),
    };
    StoredEvent {
        id: Uuid::from_u128((u128::from(shard) << 64) + u128::from(position) + 0xA000),
        aggregate_id: Uuid::from_u128((u128::from(shard) << 64) + u128::from(guarantee) + 0xABCD_EF00),
        sequence,
        event_type: event_type.to_owned(),
        event_version: "1".to_owned(),
        payload,
        metadata: format!(r#"{{"actor":"core-banking","raw_sm3":"{}"}}"#, "c3".repeat(32)),
        shard,
        position,
        recorded_at: start() + TimeDelta::microseconds(position.try_into().unwrap()),
        incarnation: Uuid::from_u128(0x1CA2),
    }
}

pub fn witness(name: &str, key: &Signer) -> WitnessKey {
    WitnessKey { name: name.to_owned(), public_key: key.public_key().clone() }
}

/// A guarantee of six records in the second of two shards, sealed by checkpoint 3 under the second key, with two co-signatures.
pub struct Specimen {
    pub evidence: Evidence,
    pub bytes: Vec<u8>,
    pub first_key: PublicKey,
    pub witnesses: Vec<WitnessKey>,
}

impl Specimen {
    pub fn new() -> Self {
        let ledger = Ledger::new(&[5, 57], 10);
        let (old, new) = (key(1), key(2));
        let first = SignedCheckpoint::sign(&ledger.checkpoint(1, None), &old).unwrap();
        let mut introducing = ledger.checkpoint(2, Some(&first));
        introducing.introduces = Some(new.public_key().clone());
        let introducing = SignedCheckpoint::sign(&introducing, &old).unwrap();
        let mut last = SignedCheckpoint::sign(&ledger.checkpoint(3, Some(&introducing)), &new).unwrap();
        let mut witnesses = Vec::new();
        for (number, name) in [(11, "witness.example/one"), (12, "示例见证")] {
            let signer = key(number);
            let seconds = 1_772_352_010 + u64::from(number);
            assert!(last.add(Cosignature::make(name, seconds, last.text(), &signer).unwrap()));
            witnesses.push(witness(name, &signer));
        }
        let records = ledger.shards[1].iter().filter(|event| event.position % 10 == 4);
        let records: Vec<_> = records
            .map(|event| EvidenceRecord::new(event, &ledger.inclusion(1, event.position - 1)))
            .collect();
        let guarantee = records[0].aggregate_id;
        let evidence = Evidence::new(
            guarantee,
            records,
            &last,
            old.public_key(),
            std::slice::from_ref(&introducing),
            &witnesses,
        )
        .unwrap();
        let bytes = evidence.to_bytes().unwrap();
        Self { evidence, bytes, first_key: old.public_key().clone(), witnesses }
    }

    pub fn trust(&self) -> Trust {
        let policy = Policy { at_least: 2, of: self.witnesses.clone() };
        Trust { ledger: Some(self.first_key.clone()), witnesses: Some(policy) }
    }
}
