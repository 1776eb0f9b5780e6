//! The signed checkpoints that the store keeps, as readers see them; and waiting for one.

use std::time::Duration;

use baohan_log::KeptCheckpoint;
use baohan_seal::{Cosignature, SignedCheckpoint};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::time::{Instant, sleep};
use utoipa::ToSchema;

use crate::evidence;
use crate::office::Office;
use crate::problem::{self, Problem};

/// How long a call waits for a checkpoint: one is made each second, and whoever makes them is followed after ten where it dies.
const SIGNED_WAIT_MAX: Duration = Duration::from_secs(12);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A signed checkpoint: what the ledger held at that moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckpointView {
    /// Its number: 1, 2, 3 … without a gap.
    number: u64,
    /// When it was made.
    time: DateTime<Utc>,
    /// SM3 of its text, which the next one names.
    digest: String,
    /// SM3 of the text of the one before; null in the first.
    previous: Option<String>,
    /// The public key that signs those after it, where it introduces one.
    introduces: Option<String>,
    /// Each shard, in order.
    shards: Vec<ShardView>,
    /// Who has co-signed.
    cosignatures: Vec<CosignatureView>,
    /// Whether it counts: as many of the configured witnesses have co-signed as the policy asks.
    counts: bool,
    /// The configured witnesses who have not co-signed, or not with the key that is known.
    lacking: Vec<String>,
    /// The signed note with all signatures: what is verified.
    note: String,
}

/// The tree of a shard.
#[derive(Debug, Serialize, ToSchema)]
struct ShardView {
    /// Which.
    shard: u16,
    /// How many records it holds.
    size: u64,
    /// Its root.
    root: String,
}

/// A witness's signature.
#[derive(Debug, Serialize, ToSchema)]
struct CosignatureView {
    /// Its name.
    witness: String,
    /// When it signed, by its own clock.
    at: DateTime<Utc>,
    /// Whether it is a configured witness's, and right.
    verified: bool,
}

impl Office {
    /// A kept checkpoint with the co-signatures that it has.
    pub(crate) async fn signed(&self, kept: &KeptCheckpoint) -> Result<SignedCheckpoint, Problem> {
        let bent = |error| {
            Problem::from(baohan_proof::Error::DoesNotLead(format!("checkpoint {}: {error}", kept.number)))
        };
        let mut signed = SignedCheckpoint::parse(&kept.note).map_err(bent)?;
        for kept in self.log().cosignatures(kept.number).await? {
            // A line that is none is no reason to withhold the others; a verification names it.
            if let Ok(cosignature) = Cosignature::parse(&kept.line) {
                signed.add(cosignature);
            }
        }
        Ok(signed)
    }

    /// As a reader sees it.
    pub(crate) fn seen_checkpoint(&self, signed: &SignedCheckpoint) -> CheckpointView {
        let (checkpoint, policy) = (signed.checkpoint(), &self.trust().policy);
        let shards = (0_u16..).zip(&checkpoint.shards).map(|(shard, tree)| ShardView {
            shard,
            size: tree.size,
            root: hex::encode(tree.root),
        });
        let cosignatures = signed.cosignatures().iter().map(|cosignature| {
            let known = policy.of.iter().find(|witness| witness.name == cosignature.name());
            CosignatureView {
                witness: cosignature.name().to_owned(),
                at: evidence::seconds(cosignature.seconds()),
                verified: known.is_some_and(|it| cosignature.verify(signed.text(), &it.public_key).is_ok()),
            }
        });
        let cosignatures: Vec<_> = cosignatures.collect();
        let has = |name: &str| cosignatures.iter().any(|one| one.verified && one.witness == name);
        CheckpointView {
            number: checkpoint.number,
            time: checkpoint.time,
            digest: hex::encode(signed.digest()),
            previous: checkpoint.previous.map(hex::encode),
            introduces: checkpoint.introduces.as_ref().map(baohan_seal::PublicKey::to_hex),
            shards: shards.collect(),
            counts: policy.counts(signed).is_ok(),
            lacking: policy.of.iter().map(|it| it.name.clone()).filter(|name| !has(name)).collect(),
            cosignatures,
            note: signed.note(),
        }
    }

    /// Whoever seals may do it once an hour only, and in another process: the store tells it that somebody waits.
    pub(crate) async fn demand_checkpoint(&self, heads: &[u64]) -> Result<(), Problem> {
        if !self.is_read_only() {
            self.log().move_checkpoint(self.process().demanded_under, 0, heads.iter().sum()).await?;
        }
        Ok(())
    }

    /// The newest checkpoint, as soon as it speaks of so many records of each shard.
    pub(crate) async fn signed_up_to(&self, heads: &[u64]) -> Result<SignedCheckpoint, Problem> {
        let since = Instant::now();
        loop {
            if let Some(kept) = self.log().newest_checkpoint().await? {
                let signed = self.signed(&kept).await?;
                let trees = &signed.checkpoint().shards;
                if trees.len() >= heads.len()
                    && trees.iter().zip(heads).all(|(tree, head)| tree.size >= *head)
                {
                    return Ok(signed);
                }
            }
            if since.elapsed() > SIGNED_WAIT_MAX || self.stop().is_cancelled() {
                return Err(baohan_proof::Error::NotSignedYet.into());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// What a proof came to, asked again until what it is about is signed: a reader can have a proof of what it has just written.
    pub(crate) async fn once_signed<T, F>(&self, asked: impl Fn(Self) -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, baohan_proof::Error>>,
    {
        let since = Instant::now();
        let mut is_demanded = false;
        loop {
            match asked(self.clone()).await {
                Err(baohan_proof::Error::NotSignedYet)
                    if since.elapsed() < SIGNED_WAIT_MAX && !self.stop().is_cancelled() => {}
                settled => return Ok(settled?),
            }
            if !is_demanded {
                self.demand_checkpoint(&self.log().heads().await?).await?;
                is_demanded = true;
            }
            sleep(LOOK_EVERY).await;
        }
    }
}

/// No checkpoint has this number.
pub(crate) fn unknown_checkpoint() -> Problem {
    Problem::of(problem::UNKNOWN_CHECKPOINT, "没有这个编号的检查点")
}
