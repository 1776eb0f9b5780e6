use std::sync::{Mutex, MutexGuard, PoisonError};

use baohan_seal::SignedCheckpoint;

use crate::error::Error;
use crate::failure::{Failure, chain};
use crate::making::events;
use crate::meters;
use crate::standing::{Newest, OutletStanding, Phase, Standing, Trouble};

/// Where it is written down how sealing stands.
pub(crate) struct Board {
    standing: Mutex<Standing>,
}

impl Board {
    pub(crate) fn new(key_id: String, outlets: Vec<String>) -> Self {
        let outlet =
            |name| OutletStanding { name, phase: Phase::Waiting, taken: None, failures: 0, trouble: None };
        let outlets = outlets.into_iter().map(outlet).collect();
        let standing =
            Standing { phase: Phase::Waiting, key_id, newest: None, counted: None, trouble: None, outlets };
        Self { standing: Mutex::new(standing) }
    }

    pub(crate) fn standing(&self) -> Standing {
        self.lock().clone()
    }

    /// The newest checkpoint of the store.
    pub(crate) fn newest(&self, signed: &SignedCheckpoint) {
        let checkpoint = signed.checkpoint();
        let newest = Newest { number: checkpoint.number, time: checkpoint.time, events: events(checkpoint) };
        meters::newest(newest.number);
        self.lock().newest = Some(newest);
    }

    /// Sealing goes on. Whether it did not before.
    pub(crate) fn sealing(&self) -> bool {
        meters::stopped(false);
        let mut standing = self.lock();
        standing.phase = Phase::Working;
        standing.trouble.take().is_some()
    }

    /// Nothing could be sealed. Whether this is news.
    pub(crate) fn not_sealing(&self, error: &Error) -> bool {
        meters::stopped(error.wants_somebody());
        let mut standing = self.lock();
        standing.phase = if error.wants_somebody() { Phase::Stopped } else { Phase::Failing };
        let trouble = Some(Trouble { code: error.code(), message: chain(error) });
        let is_news = standing.trouble != trouble;
        standing.trouble = trouble;
        is_news
    }

    /// Another process does it.
    pub(crate) fn waiting(&self) {
        let mut standing = self.lock();
        standing.phase = Phase::Waiting;
        for outlet in &mut standing.outlets {
            outlet.phase = Phase::Waiting;
            outlet.taken = None;
        }
    }

    pub(crate) fn counts(&self, number: u64) {
        let mut standing = self.lock();
        if standing.counted.is_none_or(|counted| counted < number) {
            meters::counted(number);
            standing.counted = Some(number);
        }
    }

    /// The checkpoint of a number has arrived at an outlet.
    pub(crate) fn taken(&self, outlet: &str, number: u64) {
        meters::taken(outlet, number);
        self.change(outlet, |outlet| outlet.taken = Some(number));
    }

    /// Everything has arrived there. Whether it failed before.
    pub(crate) fn well(&self, outlet: &str) -> bool {
        meters::outlet_stopped(outlet, false);
        let mut failed = false;
        self.change(outlet, |outlet| {
            outlet.phase = Phase::Working;
            failed = outlet.trouble.take().is_some();
        });
        failed
    }

    /// An outlet failed. Whether this is news.
    pub(crate) fn failed(&self, outlet: &str, failure: &Failure) -> bool {
        meters::failed(outlet, failure.code());
        meters::outlet_stopped(outlet, failure.wants_somebody());
        let trouble = Some(Trouble { code: failure.code(), message: chain(failure) });
        let mut is_news = false;
        self.change(outlet, |outlet| {
            outlet.phase = if failure.wants_somebody() { Phase::Stopped } else { Phase::Failing };
            outlet.failures += 1;
            is_news = outlet.trouble != trouble;
            outlet.trouble = trouble;
        });
        is_news
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut OutletStanding)) {
        if let Some(outlet) = self.lock().outlets.iter_mut().find(|outlet| outlet.name == name) {
            change(outlet);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
