use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baohan_ledger::{Clock, InTurn};
use baohan_log::Log;
use baohan_projections::Projections;
use baohan_seal::{Cosignature, Policy, PublicKey, SignedCheckpoint, Signer};
use futures::future::join_all;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::error::Error;
use crate::failure::chain;
use crate::folder::Folder;
use crate::introductions::Introductions;
use crate::making::Making;
use crate::outlet::{Outlet, Place};
use crate::outlets::Outlets;
use crate::standing::Standing;
use crate::topic::Topic;
use crate::witnessed::Witnessed;

/// Under which consumer's name it is asked in the store for a checkpoint that covers so many events: a process that does not seal asks so.
pub const DEMANDED_UNDER: &str = "sealer/demand";
/// How often it is looked whether somebody asks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The turn under which one process at a time seals.
const TURN: &str = "worker/sealer";
/// How long a process that cannot sign leaves the turn to others before it asks for it again.
const OTHERS_FIRST: Duration = Duration::from_secs(15);

/// How many checkpoints are looked at for the newest that counts, when a process begins.
const LOOK_BACK_MAX: u16 = 500;

/// Makes checkpoints and takes them out of the house. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Inner>,
}

struct Inner {
    log: Log,
    /// One at a time in this process; others are told apart by the store.
    making: Mutex<Making>,
    board: Arc<Board>,
    outlets: Vec<Outlet>,
    policy: Policy,
    every: Duration,
    /// Whether it was looked which checkpoint counted before this process began.
    has_looked_back: AtomicBool,
    /// The number of the newest checkpoint that was made here.
    made: watch::Sender<u64>,
}

impl Sealer {
    /// A sealer. `previous` is the key before `signer`'s, for as long as no checkpoint has introduced the new one. Nothing happens
    /// before [`Sealer::run`] or [`Sealer::step`].
    #[must_use]
    pub fn new(
        log: Log,
        projections: Projections,
        clock: Arc<dyn Clock>,
        signer: Arc<Signer>,
        previous: Option<Signer>,
        out: Outlets,
        every: Duration,
    ) -> Self {
        let policy = out.policy();
        let introductions = Arc::new(Introductions::of(log.clone()));
        let mut places = Vec::new();
        if let Some(settings) = out.topic {
            places.push(("topic".to_owned(), Place::Topic(Topic::new(settings, log.clone()))));
        }
        if let Some(folder) = out.folder {
            places.push(("folder".to_owned(), Place::Folder(Folder::new(&folder, log.clone()))));
        }
        for at in out.witnesses {
            let name = format!("witness/{}", at.name);
            let witnessed = Witnessed::new(
                at,
                log.clone(),
                projections.clone(),
                Arc::clone(&introductions),
                policy.clone(),
            );
            places.push((name, Place::Witness(Box::new(witnessed))));
        }
        let names = places.iter().map(|(name, _)| name.clone()).collect();
        let board = Arc::new(Board::new(signer.public_key().id(), names));
        let outlets = places
            .into_iter()
            .map(|(name, place)| Outlet { name, place, board: Arc::clone(&board) })
            .collect();
        let previous = previous.map(Arc::new);
        let making =
            Making { log: log.clone(), projections, clock, signer, previous, board: Arc::clone(&board) };
        let (made, _) = watch::channel(0);
        let making = Mutex::new(making);
        let has_looked_back = AtomicBool::new(false);
        Self { inner: Arc::new(Inner { log, making, board, outlets, policy, every, has_looked_back, made }) }
    }

    /// How sealing stands in this process.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.inner.board.standing()
    }

    /// When a checkpoint counts.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// Seals in turn with other processes until it is to stop.
    pub async fn run(self, stop: CancellationToken) {
        while let Some(turn) = InTurn::next(&self.inner.log, TURN, &stop).await {
            let outlets = self.inner.outlets.iter().map(|outlet| outlet.run(self.inner.made.subscribe()));
            let refused = tokio::select! {
                biased;
                () = turn.lost() => false,
                refused = self.seal(&stop) => refused,
                _ = join_all(outlets), if !self.inner.outlets.is_empty() => false,
            };
            self.inner.board.waiting();
            turn.give_back().await;
            if refused {
                let _ = tokio::time::timeout(OTHERS_FIRST, stop.cancelled()).await;
            }
        }
    }

    /// Makes a checkpoint every so often and when somebody asks, until it is to stop, or until the keys that are here are not the ledger's: another
    /// process may have the right one.
    async fn seal(&self, stop: &CancellationToken) -> bool {
        let mut ticks = tokio::time::interval(self.inner.every.min(LOOK_EVERY));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut due = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return false,
                _ = ticks.tick() => {}
            }
            if Instant::now() < due && !self.is_demanded().await {
                continue;
            }
            due = Instant::now() + self.inner.every;
            if let Err(Error::OtherKey { .. }) = self.checkpoint().await {
                return true;
            }
        }
    }

    /// Whether somebody has asked for a checkpoint that covers more events than the newest.
    async fn is_demanded(&self) -> bool {
        let sealed = self.standing().newest.map_or(0, |newest| newest.events);
        self.inner.log.checkpoint(DEMANDED_UNDER, 0).await.is_ok_and(|demanded| demanded > sealed)
    }

    /// Makes a checkpoint if something has changed since the last, and takes everything out of the house that is not there yet.
    /// Gives the checkpoint with the co-signatures that it has; what could not be taken out is in [`Sealer::standing`].
    pub async fn step(&self) -> Result<Option<SignedCheckpoint>, Error> {
        let made = self.checkpoint().await?;
        join_all(self.inner.outlets.iter().map(Outlet::catch_up)).await;
        match made {
            Some(made) => self.cosigned(made).await.map(Some),
            None => Ok(None),
        }
    }

    /// Makes a checkpoint if something has changed since the last, and keeps it in the store. Whoever has the turn takes it out of the house.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, Error> {
        let inner = &self.inner;
        let made = {
            let making = inner.making.lock().await;
            let made = making.next().await;
            if made.is_ok() && !inner.has_looked_back.swap(true, Ordering::Relaxed) {
                self.look_back(&making).await?;
            }
            made
        };
        match &made {
            Ok(made) => {
                if inner.board.sealing() {
                    tracing::info!("checkpoints are made again");
                }
                if let Some(made) = made {
                    let number = made.checkpoint().number;
                    if inner.policy.at_least == 0 {
                        inner.board.counts(number);
                    }
                    inner.made.send_replace(number);
                }
            }
            Err(error) => {
                let (code, told) = (error.code(), chain(error));
                if !inner.board.not_sealing(error) {
                    tracing::debug!(code, "still: {told}");
                } else if error.wants_somebody() {
                    tracing::error!(code, "nothing is sealed: {told}");
                } else {
                    tracing::warn!(code, "nothing is sealed for now: {told}");
                }
            }
        }
        made
    }

    /// The newest checkpoint of the store, with the co-signatures that it has.
    pub async fn newest(&self) -> Result<Option<SignedCheckpoint>, Error> {
        let newest = self.inner.making.lock().await.newest().await?;
        match newest {
            Some(newest) => self.cosigned(newest).await.map(Some),
            None => Ok(None),
        }
    }

    /// The key that signs here.
    pub async fn public_key(&self) -> PublicKey {
        self.inner.making.lock().await.signer.public_key().clone()
    }

    /// Looks back for the newest checkpoint that counts, once, and not for ever.
    async fn look_back(&self, making: &Making) -> Result<(), Error> {
        let Some(newest) = making.newest().await? else { return Ok(()) };
        let newest = newest.checkpoint().number;
        let after = newest.saturating_sub(LOOK_BACK_MAX.into());
        for kept in self.inner.log.kept_checkpoints(after, LOOK_BACK_MAX.into()).await?.iter().rev() {
            let Ok(signed) = SignedCheckpoint::parse(&kept.note) else { continue };
            if self.inner.policy.counts(&self.cosigned(signed).await?).is_ok() {
                self.inner.board.counts(kept.number);
                break;
            }
        }
        Ok(())
    }

    async fn cosigned(&self, mut signed: SignedCheckpoint) -> Result<SignedCheckpoint, Error> {
        for kept in self.inner.log.cosignatures(signed.checkpoint().number).await? {
            if let Ok(cosignature) = Cosignature::parse(&kept.line) {
                signed.add(cosignature);
            }
        }
        Ok(signed)
    }
}
