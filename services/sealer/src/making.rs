use std::sync::Arc;

use baohan_ledger::Clock;
use baohan_log::{KeptCheckpoint, Log};
use baohan_projections::Projections;
use baohan_seal::{Checkpoint, PublicKey, ShardRoot, SignedCheckpoint, Signer, verify_consistency};

use crate::board::Board;
use crate::error::Error;
use crate::meters;

/// How often it is tried again where another process took the number: two sealers at once are rare, and three are a mistake.
const TRIES_MAX: usize = 8;

/// Makes checkpoints and keeps them in the store.
pub(crate) struct Making {
    pub log: Log,
    pub projections: Projections,
    pub clock: Arc<dyn Clock>,
    pub signer: Arc<Signer>,
    /// The key before it, for the one checkpoint that introduces it.
    pub previous: Option<Arc<Signer>>,
    pub board: Arc<Board>,
}

/// What the next checkpoint is to be.
struct Next {
    number: u64,
    shards: Vec<ShardRoot>,
    signer: Arc<Signer>,
    introduces: Option<PublicKey>,
}

impl Making {
    /// The next checkpoint, if something has changed since the last.
    pub(crate) async fn next(&self) -> Result<Option<SignedCheckpoint>, Error> {
        for _ in 0..TRIES_MAX {
            let newest = self.newest().await?;
            let Some(next) = self.next_after(newest.as_ref()).await? else { return Ok(None) };
            let previous = newest.as_ref().map(SignedCheckpoint::checkpoint);
            let now = self.clock.now();
            let checkpoint = Checkpoint {
                ledger: self.log.ledger(),
                number: next.number,
                // A clock that was set back does not set the ledger back.
                time: previous.map_or(now, |previous| previous.time.max(now)),
                shards: next.shards,
                previous: newest.as_ref().map(SignedCheckpoint::digest),
                introduces: next.introduces,
            };
            // A token takes its time over a signature.
            let signing =
                tokio::task::spawn_blocking(move || SignedCheckpoint::sign(&checkpoint, &next.signer));
            let signed = signing.await.map_err(|_| Error::Ending)??;
            if self.log.keep_checkpoint(next.number, &signed.note()).await? {
                self.made(&signed);
                return Ok(Some(signed));
            }
            tracing::debug!(number = next.number, "another sealer has made checkpoint {}", next.number);
        }
        Err(Error::Overtaken)
    }

    /// The newest checkpoint that the store keeps.
    pub(crate) async fn newest(&self) -> Result<Option<SignedCheckpoint>, Error> {
        let Some(KeptCheckpoint { number, note, .. }) = self.log.newest_checkpoint().await? else {
            return Ok(None);
        };
        let signed = SignedCheckpoint::parse(&note)
            .map_err(|fault| Error::Unreadable { number, fault: fault.to_string() })?;
        let ledger = signed.checkpoint().ledger;
        if ledger != self.log.ledger() {
            return Err(Error::OtherLedger { number, ledger });
        }
        if signed.checkpoint().number != number {
            let fault = format!("it says that it is checkpoint {}", signed.checkpoint().number);
            return Err(Error::Unreadable { number, fault });
        }
        self.board.newest(&signed);
        Ok(Some(signed))
    }

    async fn next_after(&self, newest: Option<&SignedCheckpoint>) -> Result<Option<Next>, Error> {
        let Some(newest) = newest else {
            // The first one says whose key it is, even while there is nothing to seal.
            let shards = self.projections.sealed_roots().await?;
            return Ok(Some(Next { number: 1, shards, signer: Arc::clone(&self.signer), introduces: None }));
        };
        let (signer, introduces) = self.signer_after(newest)?;
        let old = newest.checkpoint();
        let heads = self.log.heads().await?;
        meters::unsealed(heads.iter().sum::<u64>().saturating_sub(events(old)));
        for ((shard, was), head) in (0_u16..).zip(&old.shards).zip(&heads) {
            if *head < was.size {
                return Err(Error::Truncated { number: old.number, shard, sealed: was.size, found: *head });
            }
        }
        let has_grown = old.shards.iter().zip(&heads).any(|(was, head)| was.size < *head);
        if !has_grown && introduces.is_none() {
            return Ok(None);
        }
        let shards = self.projections.sealed_roots().await?;
        let is_behind = old.shards.iter().zip(&shards).any(|(was, is)| is.size < was.size);
        let has_changed = old.shards.iter().zip(&shards).any(|(was, is)| is.size > was.size);
        if is_behind || (!has_changed && introduces.is_none()) {
            // The seal is behind the log, and will come after.
            return Ok(None);
        }
        if !self.follows(old, &shards).await? {
            return Ok(None);
        }
        Ok(Some(Next { number: old.number + 1, shards, signer, introduces }))
    }

    /// Who signs behind a checkpoint, and which key is introduced by it.
    fn signer_after(&self, newest: &SignedCheckpoint) -> Result<(Arc<Signer>, Option<PublicKey>), Error> {
        let own = self.signer.public_key();
        let signs = |key: &PublicKey| match &newest.checkpoint().introduces {
            Some(introduced) => introduced == key,
            None => newest.verify(key).is_ok(),
        };
        if signs(own) {
            return Ok((Arc::clone(&self.signer), None));
        }
        match &self.previous {
            Some(previous) if signs(previous.public_key()) => Ok((Arc::clone(previous), Some(own.clone()))),
            previous => {
                let previous = previous.as_ref().map(|previous| previous.public_key());
                let here = std::iter::once(own).chain(previous).map(PublicKey::id);
                let here = here.collect::<Vec<_>>().join(", ");
                Err(Error::OtherKey { number: newest.checkpoint().number, here })
            }
        }
    }

    /// Nothing is signed that contradicts what was signed before. `false`: the seal was built anew between two questions.
    async fn follows(&self, old: &Checkpoint, shards: &[ShardRoot]) -> Result<bool, Error> {
        for ((shard, was), is) in (0_u16..).zip(&old.shards).zip(shards) {
            let path = if was.size == 0 || was.size == is.size {
                Vec::new()
            } else {
                match self.projections.consistency_path(shard, was.size, is.size).await? {
                    Some(path) => path,
                    None => return Ok(false),
                }
            };
            verify_consistency(was.size, &was.root, is.size, &is.root, &path)
                .map_err(|source| Error::Rewritten { number: old.number, shard, sealed: was.size, source })?;
        }
        Ok(true)
    }

    fn made(&self, signed: &SignedCheckpoint) {
        let checkpoint = signed.checkpoint();
        meters::made();
        self.board.newest(signed);
        let (number, events) = (checkpoint.number, events(checkpoint));
        if let Some(key) = &checkpoint.introduces {
            let key_id = key.id();
            tracing::info!(
                number,
                key_id,
                "checkpoint {number} introduces the key {key_id}: later ones are signed with it"
            );
        } else {
            tracing::debug!(number, events, "checkpoint {number} seals {events} events");
        }
    }
}

/// How many events a checkpoint covers.
pub(crate) fn events(checkpoint: &Checkpoint) -> u64 {
    checkpoint.shards.iter().map(|shard| shard.size).sum()
}
