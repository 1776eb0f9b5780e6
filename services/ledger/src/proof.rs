//! Whether a master key is the store's. A process with another one would write what nobody can read, so the store keeps a
//! check value of its key, which tells nothing of the key itself.

use std::collections::HashSet;

use baohan_log::{IdempotencyRecord, KeyState, Log};
use chrono::{DateTime, Utc};

use crate::master_key::MasterKey;

/// The purpose for which the check value is derived: HMAC-SM3 of this text under the master key.
const PURPOSE: &str = "baohan master key check v1";
/// Under what it is kept, beside what was answered to callers: their keys hold a slash, and this one does not.
const KEPT_UNDER: &str = "master-key";
/// How many of the first events are looked through for a key that is still there: a store from before the check value.
const LOOKED_THROUGH_MAX: u64 = 10_000;
/// How many events are read at once.
const PAGE: usize = 500;

/// Why a master key was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The store belongs to another key.
    #[error(
        "the master key is not the one of this store: what it would write, the other processes could not read. \
         Every process needs the same key: bring the file of the process that was started first"
    )]
    OtherKey,
    /// The store cannot be asked.
    #[error("the store cannot tell whose master key it has")]
    Store(#[from] baohan_log::Error),
}

/// Whether some process has made the store its own already, events or not.
///
/// # Errors
/// When the store cannot be asked.
pub async fn is_claimed(log: &Log) -> Result<bool, baohan_log::Error> {
    Ok(log.idempotency(KEPT_UNDER).await?.is_some())
}

/// Proves that the key is the store's. The first key of an empty store becomes it, whoever of several processes comes first.
///
/// # Errors
/// [`ProofError::OtherKey`]; nothing is to be written then.
pub async fn prove(log: &Log, key: &MasterKey, at: DateTime<Utc>) -> Result<(), ProofError> {
    let check = hex::encode(*key.derive(PURPOSE));
    if let Some(kept) = log.idempotency(KEPT_UNDER).await? {
        return same(&kept.content_sm3, &check);
    }
    // A store from before the check value, or one that was moved here: one wrapped key tells.
    if opens_what_is_there(log, key).await? == Some(false) {
        return Err(ProofError::OtherKey);
    }
    if log.is_read_only() {
        return Ok(());
    }
    let record = IdempotencyRecord {
        key: KEPT_UNDER.to_owned(),
        content_sm3: check.clone(),
        status: 0,
        body: Vec::new(),
        at,
    };
    let kept = log.remember(record).await?;
    same(&kept.content_sm3, &check)
}

fn same(kept: &str, check: &str) -> Result<(), ProofError> {
    if kept == check { Ok(()) } else { Err(ProofError::OtherKey) }
}

/// Whether the key opens the first guarantee's key that is still there; none is there in an empty store.
async fn opens_what_is_there(log: &Log, key: &MasterKey) -> Result<Option<bool>, baohan_log::Error> {
    for shard in 0..log.shards() {
        let mut after = 0;
        let mut seen = HashSet::new();
        while after < LOOKED_THROUGH_MAX {
            let events = log.read(shard, after, PAGE).await?;
            let Some(last) = events.last() else { break };
            after = last.position;
            for event in events {
                if !seen.insert(event.aggregate_id) {
                    continue;
                }
                if let KeyState::Wrapped(wrapped) = log.load(event.aggregate_id).await?.key {
                    return Ok(Some(key.unwrap_keyring(event.aggregate_id, &wrapped).is_ok()));
                }
            }
        }
    }
    Ok(None)
}
