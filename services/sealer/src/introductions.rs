use baohan_log::Log;
use baohan_seal::SignedCheckpoint;
use tokio::sync::Mutex;

use crate::failure::Failure;

/// The checkpoints that introduced a key. There are a few among millions, so they are looked for by halving: before an introduction the
/// ledger's signatures are of one key, behind it of another. No key comes back.
pub(crate) struct Introductions {
    log: Log,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Up to this checkpoint it is known with which key it is signed.
    upto: u64,
    key_hash: [u8; 4],
    /// Number and note of each introduction before it.
    found: Vec<(u64, String)>,
}

impl Introductions {
    pub(crate) fn of(log: Log) -> Self {
        Self { log, known: Mutex::default() }
    }

    /// The notes of those before checkpoint `number`, in order.
    pub(crate) async fn before(&self, number: u64) -> Result<Vec<String>, Failure> {
        let mut known = self.known.lock().await;
        if known.upto == 0 {
            known.key_hash = self.key_hash(1).await?;
            known.upto = 1;
        }
        while known.upto < number {
            let last = self.last_signed_alike(&known, number).await?;
            if last < number {
                let note = self.kept(last).await?.note();
                known.found.push((last, note));
                known.upto = last + 1;
                known.key_hash = self.key_hash(last + 1).await?;
            } else {
                known.upto = number;
            }
        }
        Ok(known.found.iter().filter(|(found, _)| *found < number).map(|(_, note)| note.clone()).collect())
    }

    /// The last checkpoint up to `number` that is signed with the key of `known.upto`.
    async fn last_signed_alike(&self, known: &Known, number: u64) -> Result<u64, Failure> {
        if self.key_hash(number).await? == known.key_hash {
            return Ok(number);
        }
        let (mut alike, mut other) = (known.upto, number);
        while other - alike > 1 {
            let middle = alike + (other - alike) / 2;
            if self.key_hash(middle).await? == known.key_hash {
                alike = middle;
            } else {
                other = middle;
            }
        }
        Ok(alike)
    }

    async fn key_hash(&self, number: u64) -> Result<[u8; 4], Failure> {
        Ok(self.kept(number).await?.key_hash())
    }

    async fn kept(&self, number: u64) -> Result<SignedCheckpoint, Failure> {
        let unreadable = |fault: String| Failure::Unreadable { number, fault };
        let kept = self
            .log
            .kept_checkpoint(number)
            .await?
            .ok_or_else(|| unreadable("it is not there".to_owned()))?;
        SignedCheckpoint::parse(&kept.note).map_err(|fault| unreadable(fault.to_string()))
    }
}
