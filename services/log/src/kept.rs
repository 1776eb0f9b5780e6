use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// The longest signed note, in bytes: a line for each of the most shards that a store can have, and signatures of dozens of witnesses.
pub const NOTE_BYTES_MAX: usize = 65_536;
/// The longest line of a co-signature, in bytes: a name and a hundred bytes in base64.
pub const COSIGNATURE_BYTES_MAX: usize = 1_024;
/// Most checkpoints that one read gives: some megabytes.
pub const KEPT_CHECKPOINTS_MAX: usize = 1_000;

/// A checkpoint that was signed over this ledger, as it left the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Its number: 1, 2, 3 … without a gap.
    pub number: u64,
    /// The signed note with the ledger's signature; those of witnesses are kept apart.
    pub note: String,
    /// When it was kept.
    pub kept_at: DateTime<Utc>,
}

/// What a witness signed of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCosignature {
    /// The witness's name.
    pub witness: String,
    /// Its line of the signed note.
    pub line: String,
    /// When it was kept.
    pub kept_at: DateTime<Utc>,
}

impl Log {
    /// The ledger's own id: made with the store and never changed. It outlives a restore from a backup, which only gives a new
    /// incarnation; a ledger that was moved into another store is a new one.
    #[must_use]
    pub fn ledger(&self) -> Uuid {
        each!(self.store(), store => store.ledger())
    }

    /// Keeps a signed checkpoint for good. The number is the newest one's and one. Answers false where it is taken by another note;
    /// the same note again is kept already.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the number would leave a gap, or the note is longer than [`NOTE_BYTES_MAX`].
    pub async fn keep_checkpoint(&self, number: u64, note: &str) -> Result<bool, Error> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(Error::Invalid("a checkpoint that is too long"));
        }
        let newest = self.newest_checkpoint().await?.map_or(0, |kept| kept.number);
        if number == 0 || number > newest + 1 {
            return Err(Error::Invalid("a checkpoint that leaves a gap"));
        }
        if number == newest + 1 {
            each!(self.store(), store => store.keep_checkpoint(number, note).await)?;
        }
        Ok(self.kept_checkpoint(number).await?.is_some_and(|kept| kept.note == note))
    }

    /// The checkpoint of a number.
    pub async fn kept_checkpoint(&self, number: u64) -> Result<Option<KeptCheckpoint>, Error> {
        let Some(before) = number.checked_sub(1) else {
            return Ok(None);
        };
        let next = self.kept_checkpoints(before, 1).await?.pop();
        Ok(next.filter(|kept| kept.number == number))
    }

    /// The checkpoint with the highest number; absent: nothing was ever signed.
    pub async fn newest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, Error> {
        each!(self.store(), store => store.newest_checkpoint().await)
    }

    /// The checkpoints after a number, at most `limit` (and [`KEPT_CHECKPOINTS_MAX`]), in order.
    pub async fn kept_checkpoints(&self, after: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, Error> {
        let limit = limit.min(KEPT_CHECKPOINTS_MAX);
        each!(self.store(), store => store.kept_checkpoints(after, limit).await)
    }

    /// Keeps what a witness signed of a checkpoint. Of what the same witness signs again, the first stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such checkpoint, or the line is longer than [`COSIGNATURE_BYTES_MAX`].
    pub async fn keep_cosignature(&self, number: u64, witness: &str, line: &str) -> Result<(), Error> {
        if witness.len() + line.len() > COSIGNATURE_BYTES_MAX {
            return Err(Error::Invalid("a co-signature that is too long"));
        }
        if self.kept_checkpoint(number).await?.is_none() {
            return Err(Error::Invalid("a co-signature of no checkpoint"));
        }
        each!(self.store(), store => store.keep_cosignature(number, witness, line).await)
    }

    /// What witnesses signed of a checkpoint, the first first.
    pub async fn cosignatures(&self, number: u64) -> Result<Vec<KeptCosignature>, Error> {
        each!(self.store(), store => store.cosignatures(number).await)
    }
}
