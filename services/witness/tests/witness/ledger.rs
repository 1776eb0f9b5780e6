//! A ledger as a witness sees it: leaves of some shards, checkpoints over them, and proofs.

use baohan_seal::witnessing::{Request, ShardProof};
use baohan_seal::{
    Checkpoint, Frontier, Hash, PublicKey, ShardRoot, SignedCheckpoint, Signer, SigningKey,
    consistency_ranges, digest,
};
use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

/// The ledger that the witness watches.
pub const LEDGER: Uuid = Uuid::from_u128(1);

/// A key out of a number.
pub fn key(number: u8) -> Signer {
    SigningKey::from_bytes(&[number; 32]).unwrap().into()
}

pub struct Ledger {
    id: Uuid,
    key: Signer,
    first: u8,
    pub shards: Vec<Vec<Hash>>,
    checkpoints: Vec<SignedCheckpoint>,
    introductions: Vec<SignedCheckpoint>,
    introduces: Option<PublicKey>,
}

impl Ledger {
    pub fn new(id: Uuid, first: u8) -> Self {
        Self {
            id,
            key: key(first),
            first,
            shards: vec![Vec::new(); 2],
            checkpoints: Vec::new(),
            introductions: Vec::new(),
            introduces: None,
        }
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    pub fn first_key(&self) -> PublicKey {
        key(self.first).public_key().clone()
    }

    /// So many records more in a shard.
    pub fn grow(&mut self, shard: usize, count: usize) -> &mut Self {
        for _ in 0..count {
            let leaves = &mut self.shards[shard];
            leaves.push(digest(format!("{shard}/{}", leaves.len()).as_bytes()));
        }
        self
    }

    /// The next checkpoint introduces this key, and the ones after are signed with it.
    pub fn renew(&mut self, number: u8) -> &mut Self {
        self.introduces = Some(key(number).public_key().clone());
        let signed = self.checkpoint();
        self.introductions.push(signed);
        self.key = key(number);
        self
    }

    pub fn checkpoint(&mut self) -> SignedCheckpoint {
        let number = u64::try_from(self.checkpoints.len()).unwrap() + 1;
        let root = |leaves: &Vec<Hash>| ShardRoot { size: leaves.len() as u64, root: root(leaves) };
        let checkpoint = Checkpoint {
            ledger: self.id,
            number,
            time: DateTime::from_timestamp(1_772_625_600, 0).unwrap()
                + TimeDelta::seconds(i64::try_from(number).unwrap()),
            shards: self.shards.iter().map(root).collect(),
            previous: self.checkpoints.last().map(SignedCheckpoint::digest),
            introduces: self.introduces.take(),
        };
        let signed = SignedCheckpoint::sign(&checkpoint, &self.key).unwrap();
        self.checkpoints.push(signed.clone());
        signed
    }

    /// What asks for a checkpoint's co-signature of a witness that remembers checkpoint `remembered`, 0 for none.
    pub fn request(&self, signed: &SignedCheckpoint, remembered: usize) -> Request {
        let olds = remembered.checked_sub(1).map(|index| self.checkpoints[index].checkpoint().shards.clone());
        let news = &signed.checkpoint().shards;
        let mut proofs = Vec::new();
        for (shard, old) in olds.unwrap_or_default().into_iter().enumerate() {
            let new = news[shard].size;
            if old.size == 0 || old.size >= new {
                continue;
            }
            let ranges = consistency_ranges(old.size, new).unwrap();
            let hashes: Vec<Hash> = ranges
                .into_iter()
                .map(|range| {
                    let (start, end) =
                        (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
                    root(&self.shards[shard][start..end])
                })
                .collect();
            proofs.push(ShardProof::new(u16::try_from(shard).unwrap(), old.size, &hashes));
        }
        let before =
            |introduction: &&SignedCheckpoint| introduction.checkpoint().number < signed.checkpoint().number;
        let introductions = self.introductions.iter().filter(before).map(SignedCheckpoint::note).collect();
        Request { note: signed.note(), introductions, proofs }
    }

    /// The same ledger up to a checkpoint, as a restored backup or a forger has it.
    pub fn back_to(&self, number: usize) -> Self {
        let sizes = self.checkpoints[number - 1].checkpoint().shards.iter().map(|shard| shard.size);
        let shards = self.shards.iter().zip(sizes);
        Self {
            id: self.id,
            key: key(self.first),
            first: self.first,
            shards: shards.map(|(leaves, size)| leaves[..usize::try_from(size).unwrap()].to_vec()).collect(),
            checkpoints: self.checkpoints[..number].to_vec(),
            introductions: Vec::new(),
            introduces: None,
        }
    }
}

/// The root of a tree, or of a part of one that is a tree of its own.
fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}
