//! The checkpoints that the store keeps, as they are given to others.

use baohan_log::{KeptCheckpoint, Log};
use baohan_seal::{Checkpoint, Cosignature, KeyChain, SignedCheckpoint};

use crate::error::Error;
use crate::source::Trust;

/// How many of the newest checkpoints are looked through for one that witnesses have co-signed already: they answer within seconds, and one
/// is made each second.
const LOOKED_THROUGH: u64 = 32;

/// The newest checkpoint that speaks of what is asked, and of the newest ones that do, the first that is good enough where there is one.
pub(crate) async fn newest(
    log: &Log,
    speaks: impl Fn(&Checkpoint) -> bool,
    is_good: impl Fn(&SignedCheckpoint) -> bool,
) -> Result<Option<SignedCheckpoint>, Error> {
    let mut newest = None;
    let Some(last) = log.newest_checkpoint().await? else { return Ok(None) };
    for number in (1..=last.number).rev().take(usize::try_from(LOOKED_THROUGH).unwrap_or(1)) {
        let Some(signed) = numbered(log, number).await? else { break };
        if !speaks(signed.checkpoint()) {
            break;
        }
        if is_good(&signed) {
            return Ok(Some(signed));
        }
        newest.get_or_insert(signed);
    }
    Ok(newest)
}

/// The checkpoint of a number, with its co-signatures.
pub(crate) async fn numbered(log: &Log, number: u64) -> Result<Option<SignedCheckpoint>, Error> {
    let Some(kept) = log.kept_checkpoint(number).await? else { return Ok(None) };
    let mut signed = read(&kept)?;
    for kept in log.cosignatures(number).await? {
        // A line that is none is no reason to withhold the others; a verification names it.
        if let Ok(cosignature) = Cosignature::parse(&kept.line) {
            signed.add(cosignature);
        }
    }
    Ok(Some(signed))
}

pub(crate) fn read(kept: &KeptCheckpoint) -> Result<SignedCheckpoint, Error> {
    let from = || format!("checkpoint {} in the store", kept.number);
    SignedCheckpoint::parse(&kept.note).map_err(|source| Error::NoCheckpoint { from: from(), source })
}

/// The ledger's keys, as far back as the verifier knows one, and the checkpoints that introduced those after it.
pub(crate) struct Keys {
    pub(crate) chain: KeyChain,
    pub(crate) introductions: Vec<SignedCheckpoint>,
    /// The first checkpoint whose signature can be verified; those before it are bound by their digests alone.
    pub(crate) from: u64,
}

impl Keys {
    /// Finds the earliest of the verifier's keys in the ledger's life. Absent: none of them is there.
    pub(crate) async fn find(log: &Log, trust: &Trust) -> Result<Option<Self>, Error> {
        if trust.keys.is_empty() {
            return Ok(None);
        }
        let first = log.kept_checkpoint(1).await?;
        let introducing = log.introducing_checkpoints().await?;
        // What cannot be read introduces nothing; whoever verifies the store names it.
        let introducing: Vec<_> = introducing.iter().filter_map(|kept| read(kept).ok()).collect();
        Ok(Self::among(log.ledger(), first.and_then(|first| read(&first).ok()).as_ref(), &introducing, trust))
    }

    /// The same, where the checkpoints are at hand.
    pub(crate) fn among(
        ledger: uuid::Uuid,
        first: Option<&SignedCheckpoint>,
        introducing: &[SignedCheckpoint],
        trust: &Trust,
    ) -> Option<Self> {
        let signs_the_first = first.and_then(|first| trust.keys.iter().find(|key| first.verify(key).is_ok()));
        let (key, from) = match signs_the_first {
            Some(key) => (key, 1),
            None => introducing.iter().find_map(|signed| {
                let introduced = signed.checkpoint().introduces.as_ref()?;
                trust
                    .keys
                    .contains(introduced)
                    .then(|| (introduced, signed.checkpoint().number.saturating_add(1)))
            })?,
        };
        let mut chain = KeyChain::new(ledger, key.clone());
        let after = introducing.iter().filter(|signed| signed.checkpoint().number >= from);
        // One that is not signed by its key introduces nothing.
        let introductions = after.filter(|signed| chain.introduce(signed).is_ok()).cloned().collect();
        Some(Self { chain, introductions, from })
    }
}
