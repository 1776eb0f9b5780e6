use crate::key_chain::{ChainFault, KeyChain};
use crate::note::NoteFault;
use crate::proof::{ProofFault, verify_consistency};
use crate::public_key::PublicKey;
use crate::signed_checkpoint::SignedCheckpoint;
use crate::witnessing::{Reason, Request, ShardProof};

/// What a witness may co-sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consistent {
    /// The ledger's first, as far as the witness knows: to be remembered.
    First(SignedCheckpoint),
    /// It only adds to what is remembered: to be remembered in its place.
    Grown(SignedCheckpoint),
    /// It is the one that is remembered.
    Repeat(SignedCheckpoint),
}

/// Why a witness may not co-sign.
#[derive(Debug, thiserror::Error)]
pub enum Inconsistency {
    /// A note cannot be read.
    #[error("a note cannot be read")]
    Note(#[from] NoteFault),
    /// A proof names a shard that it cannot speak of.
    #[error("the proof of shard {0} is not wanted, stands there twice, or is written in another way")]
    Proof(u16),
    /// The keys do not lead to it.
    #[error("the keys do not lead from the one that is known to this checkpoint")]
    Chain(#[from] ChainFault),
    /// The witness is further, or remembers other sizes than the proofs begin at.
    #[error("the witness remembers checkpoint {0}, and the proofs do not begin there")]
    Stale(u64),
    /// Another text has this number.
    #[error("there are two checkpoints of number {0}")]
    Fork(u64),
    /// It follows on another than the one that is remembered.
    #[error("checkpoint {0} does not follow on the one before it that is remembered")]
    Previous(u64),
    /// Its time lies before the one that is remembered.
    #[error("the time of checkpoint {0} lies before that of the one that is remembered")]
    Time(u64),
    /// The number of shards differs.
    #[error("the ledger had {had} shards and has {has}")]
    Shards {
        /// How many it had.
        had: usize,
        /// How many it has.
        has: usize,
    },
    /// A shard has lost records.
    #[error("shard {shard} had {had} records and has {has}")]
    Shrunk {
        /// The shard.
        shard: u16,
        /// How many it had.
        had: u64,
        /// How many it has.
        has: u64,
    },
    /// A shard does not begin with what it was.
    #[error("shard {shard} does not begin with what it was")]
    Rewritten {
        /// The shard.
        shard: u16,
        /// What the proof lacks.
        #[source]
        source: ProofFault,
    },
    /// The keys that are shown are others than those that signed what is remembered.
    #[error("the keys lead past checkpoint {0}, which is remembered")]
    Keys(u64),
}

impl Inconsistency {
    /// What is told to whoever asked.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Note(_) | Self::Proof(_) | Self::Chain(ChainFault::TooMany) => Reason::Malformed,
            Self::Chain(ChainFault::OtherLedger { .. }) => Reason::UnknownLedger,
            Self::Chain(_) => Reason::NotSigned,
            Self::Stale(_) => Reason::Stale,
            Self::Fork(_)
            | Self::Previous(_)
            | Self::Time(_)
            | Self::Shards { .. }
            | Self::Shrunk { .. }
            | Self::Rewritten { .. }
            | Self::Keys(_) => Reason::Inconsistent,
        }
    }
}

/// Whether a checkpoint only adds to the one that is remembered. `first_key` is the key that the ledger began with; the introductions lead from
/// it to the one that signs now, and must lead past the remembered checkpoint, so that a key that was given up cannot lead elsewhere.
pub fn consistent(
    remembered: Option<&SignedCheckpoint>,
    request: &Request,
    first_key: &PublicKey,
) -> Result<Consistent, Inconsistency> {
    let signed = SignedCheckpoint::parse(&request.note)?.bare();
    let checkpoint = signed.checkpoint();
    let ledger = remembered.map_or(checkpoint.ledger, |remembered| remembered.checkpoint().ledger);
    let mut chain = KeyChain::new(ledger, first_key.clone());
    for note in &request.introductions {
        chain.introduce(&SignedCheckpoint::parse(note)?)?;
    }
    chain.verify(&signed)?;
    let Some(remembered) = remembered else { return Ok(Consistent::First(signed)) };
    if signed.text() == remembered.text() {
        return Ok(Consistent::Repeat(signed));
    }
    same_keys(&chain, remembered, &signed)?;
    grown(remembered, &signed)?;
    proven(remembered, &signed, request)?;
    Ok(Consistent::Grown(signed))
}

/// The chain must hold the remembered checkpoint's signature, and its introduction, where it is one.
fn same_keys(
    chain: &KeyChain,
    remembered: &SignedCheckpoint,
    signed: &SignedCheckpoint,
) -> Result<(), Inconsistency> {
    let number = remembered.checkpoint().number;
    let signs = chain.key_of(number);
    if remembered.verify(signs).is_err() {
        return Err(Inconsistency::Keys(number));
    }
    let follows = remembered.checkpoint().introduces.as_ref().unwrap_or(signs);
    if signed.checkpoint().number > number && chain.key_of(number.saturating_add(1)) != follows {
        return Err(Inconsistency::Keys(number));
    }
    Ok(())
}

/// Number, time, predecessor and shards go on from the remembered ones.
fn grown(remembered: &SignedCheckpoint, signed: &SignedCheckpoint) -> Result<(), Inconsistency> {
    let (old, new) = (remembered.checkpoint(), signed.checkpoint());
    if new.number == old.number {
        return Err(Inconsistency::Fork(new.number));
    }
    if new.number < old.number {
        return Err(Inconsistency::Stale(old.number));
    }
    if new.number - old.number == 1 && new.previous != Some(remembered.digest()) {
        return Err(Inconsistency::Previous(new.number));
    }
    if new.time < old.time {
        return Err(Inconsistency::Time(new.number));
    }
    if new.shards.len() != old.shards.len() {
        return Err(Inconsistency::Shards { had: old.shards.len(), has: new.shards.len() });
    }
    Ok(())
}

/// Each shard begins with what it was, by the proofs.
fn proven(
    remembered: &SignedCheckpoint,
    signed: &SignedCheckpoint,
    request: &Request,
) -> Result<(), Inconsistency> {
    let mut unread: Vec<_> = request.proofs.iter().collect();
    let shards = remembered.checkpoint().shards.iter().zip(&signed.checkpoint().shards);
    for (shard, (old, new)) in (0..).zip(shards) {
        if new.size < old.size {
            return Err(Inconsistency::Shrunk { shard, had: old.size, has: new.size });
        }
        let proof = unread.iter().position(|proof| proof.shard == shard).map(|at| unread.swap_remove(at));
        if proof.is_some_and(|proof| proof.old_size != old.size) {
            return Err(Inconsistency::Stale(remembered.checkpoint().number));
        }
        if proof.is_none() && old.size > 0 && old.size < new.size {
            return Err(Inconsistency::Stale(remembered.checkpoint().number));
        }
        let path = proof.map_or(Some(Vec::new()), ShardProof::hashes).ok_or(Inconsistency::Proof(shard))?;
        verify_consistency(old.size, &old.root, new.size, &new.root, &path)
            .map_err(|source| Inconsistency::Rewritten { shard, source })?;
    }
    unread.first().map_or(Ok(()), |proof| Err(Inconsistency::Proof(proof.shard)))
}
