use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use baohan_seal::witnessing::{Answer, Consistent, Inconsistency, Reason, Refusal, Request, consistent};
use baohan_seal::{Cosignature, NAME_BYTES_MAX, PublicKey, SignedCheckpoint, Signer};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::fault::MemoryFault;
use crate::memory::{Memory, sync_folder};
use crate::meters;

/// The file whose lock says that a witness works in the folder.
const LOCK: &str = "lock";

/// Where time comes from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A witness at work. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Witness {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    signer: Arc<Signer>,
    now: Now,
    ledgers: BTreeMap<Uuid, Watched>,
    /// Held as long as the witness lives.
    _lock: File,
}

/// A ledger that is watched.
struct Watched {
    /// The key that it began with, as somebody told us whom we trust.
    first_key: PublicKey,
    memory: Mutex<Memory>,
}

impl Witness {
    /// A witness over the memory in a folder, which is made where it is missing. Ledgers are known by their first keys beforehand: whoever
    /// believed the first that comes would let anybody begin.
    ///
    /// # Errors
    /// When another one works in the folder, or what is remembered there cannot be read.
    pub fn open(
        folder: &Path,
        signer: Arc<Signer>,
        name: &str,
        ledgers: Vec<(Uuid, PublicKey)>,
        now: Now,
    ) -> Result<Self, MemoryFault> {
        if !(1..=NAME_BYTES_MAX).contains(&name.len())
            || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
        {
            return Err(MemoryFault::Name(name.to_owned()));
        }
        let failed = |doing| move |source| MemoryFault::Io { doing, file: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed("make"))?;
        let lock = File::create(folder.join(LOCK)).map_err(failed("write into"))?;
        lock.try_lock().map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => MemoryFault::InUse(folder.to_owned()),
            std::fs::TryLockError::Error(source) => failed("lock")(source),
        })?;
        sync_folder(folder)?;
        let watched = ledgers.into_iter().map(|(ledger, first_key)| {
            let memory = Mutex::new(Memory::open(folder, ledger)?);
            Ok((ledger, Watched { first_key, memory }))
        });
        let ledgers = watched.collect::<Result<_, MemoryFault>>()?;
        let inner = Inner { name: name.to_owned(), signer, now, ledgers, _lock: lock };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Its name in signature lines.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The key by which its signatures are verified.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.inner.signer.public_key()
    }

    /// The ledgers that it watches.
    pub fn ledgers(&self) -> impl Iterator<Item = Uuid> {
        self.inner.ledgers.keys().copied()
    }

    /// What it remembers of a ledger, with its own co-signature. Absent: nothing yet.
    ///
    /// # Errors
    /// The ledger is not watched.
    pub fn remembered(&self, ledger: Uuid) -> Result<Option<SignedCheckpoint>, Refusal> {
        let watched = self.inner.ledgers.get(&ledger).ok_or_else(|| unknown(ledger))?;
        let memory = watched.memory.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(memory.newest().cloned())
    }

    /// Co-signs a checkpoint if it only adds to what is remembered. When this returns a co-signature, what it is of is remembered for
    /// good. It blocks: not for the threads of the runtime.
    ///
    /// # Errors
    /// The refusal says why, and what is remembered.
    pub fn cosign(&self, request: &Request) -> Result<Answer, Refusal> {
        let signed = SignedCheckpoint::parse(&request.note);
        let (ledger, number) = signed
            .as_ref()
            .map_or((Uuid::nil(), 0), |signed| (signed.checkpoint().ledger, signed.checkpoint().number));
        let answer = match signed {
            Ok(_) => self.decide(ledger, request),
            Err(fault) => Err(refusal(&Inconsistency::from(fault), None)),
        };
        match &answer {
            Ok(_) => {
                meters::answered(ledger, "co-signed");
                // One a second: the memory has them all.
                tracing::debug!(%ledger, number, "checkpoint {number} of {ledger} is co-signed");
            }
            Err(Refusal { reason, detail, .. }) => {
                // A ledger that nobody pinned may call itself anything, and labels are kept for ever.
                let known = if self.inner.ledgers.contains_key(&ledger) { ledger } else { Uuid::nil() };
                meters::answered(known, outcome(*reason));
                if *reason == Reason::Inconsistent {
                    tracing::error!(%ledger, number, code = "witness-inconsistent", "checkpoint {number} of {ledger} contradicts what was seen: {detail}");
                } else {
                    tracing::warn!(%ledger, number, outcome = outcome(*reason), "checkpoint {number} of {ledger} is not co-signed: {detail}");
                }
            }
        }
        answer
    }

    fn decide(&self, ledger: Uuid, request: &Request) -> Result<Answer, Refusal> {
        let watched = self.inner.ledgers.get(&ledger).ok_or_else(|| unknown(ledger))?;
        let mut memory = watched.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut signed = match consistent(memory.newest(), request, &watched.first_key) {
            Ok(Consistent::First(signed) | Consistent::Grown(signed)) => signed,
            Ok(Consistent::Repeat(signed)) => {
                match memory.newest().and_then(|newest| self.own_line(newest)) {
                    Some(line) => return Ok(Answer { cosignature: line }),
                    // It was remembered under another name or key of ours.
                    None => signed,
                }
            }
            Err(inconsistency) => return Err(refusal(&inconsistency, memory.newest())),
        };
        let seconds = u64::try_from((self.inner.now)().timestamp()).unwrap_or_default();
        let made = Cosignature::make(&self.inner.name, seconds, signed.text(), &self.inner.signer);
        let cosignature = made.map_err(|fault| unavailable(&fault))?;
        let line = cosignature.line();
        signed.add(cosignature);
        memory.remember(signed).map_err(|fault| {
            tracing::error!(%ledger, code = fault.code(), error = %fault, "nothing is co-signed: {fault}");
            unavailable(&fault)
        })?;
        Ok(Answer { cosignature: line })
    }

    /// Our own signature line of a checkpoint, if it was made under this name and key.
    fn own_line(&self, signed: &SignedCheckpoint) -> Option<String> {
        let own = signed.cosignatures().iter().find(|line| line.name() == self.inner.name)?;
        own.verify(signed.text(), self.public_key()).is_ok().then(|| own.line())
    }
}

fn unknown(ledger: Uuid) -> Refusal {
    let detail = format!("the ledger {ledger} is not watched by this witness");
    Refusal { reason: Reason::UnknownLedger, detail, remembered: None }
}

fn unavailable(fault: &dyn std::error::Error) -> Refusal {
    Refusal { reason: Reason::Unavailable, detail: fault.to_string(), remembered: None }
}

fn refusal(inconsistency: &Inconsistency, remembered: Option<&SignedCheckpoint>) -> Refusal {
    let detail = match std::error::Error::source(inconsistency) {
        Some(cause) => format!("{inconsistency}: {cause}"),
        None => inconsistency.to_string(),
    };
    Refusal { reason: inconsistency.reason(), detail, remembered: remembered.map(SignedCheckpoint::note) }
}

/// A word for the metrics.
fn outcome(reason: Reason) -> &'static str {
    match reason {
        Reason::Malformed => "malformed",
        Reason::UnknownLedger => "unknown-ledger",
        Reason::NotSigned => "not-signed",
        Reason::Stale => "stale",
        Reason::Inconsistent => "inconsistent",
        Reason::Unavailable => "unavailable",
    }
}
