use std::sync::{Mutex, MutexGuard, PoisonError};

use baohan_log::{Log, Now};
use chrono::{DateTime, Utc};

use crate::failure::Failure;
use crate::fence::Fence;
use crate::meters;
use crate::standing::{Phase, ShardStanding, Standing, Trouble};

/// Where the shards write down how they stand.
pub(crate) struct Board {
    standing: Mutex<Standing>,
}

impl Board {
    pub(crate) fn new(shards: u16) -> Self {
        let shards = (0..shards).map(ShardStanding::new).collect();
        Self { standing: Mutex::new(Standing { shards, topics: None }) }
    }

    /// How things stand now.
    pub(crate) fn standing(&self, log: &Log, now: &Now) -> Standing {
        let mut standing = self.lock().clone();
        let now = now();
        for shard in &mut standing.shards {
            // Another process may have published more than this one has heard of.
            shard.head = log.head(shard.shard).max(shard.published.unwrap_or(0));
            let since = shard.waiting_since.filter(|_| shard.lag_events() != Some(0));
            shard.lag_seconds =
                since.and_then(|since| (now - since).to_std().ok()).map_or(0.0, |lag| lag.as_secs_f64());
        }
        standing
    }

    /// What keeps all shards from being published, or that nothing does any more.
    pub(crate) fn topics(&self, trouble: Option<Trouble>) {
        self.lock().topics = trouble;
    }

    pub(crate) fn phase(&self, shard: u16, phase: Phase) {
        self.change(shard, |standing| standing.phase = phase);
    }

    /// The turn is another's: what this process knew of the topic is old.
    pub(crate) fn not_ours(&self, shard: u16) {
        self.change(shard, |standing| {
            standing.phase = Phase::Waiting;
            standing.published = None;
            standing.waiting_since = None;
        });
    }

    pub(crate) fn opened(&self, shard: u16, position: u64) {
        self.change(shard, |standing| {
            standing.phase = Phase::Publishing;
            standing.published = Some(position);
            standing.waiting_since = None;
        });
    }

    /// The first event that is not published was stored then.
    pub(crate) fn waits(&self, shard: u16, since: Option<DateTime<Utc>>) {
        self.change(shard, |standing| standing.waiting_since = since);
    }

    pub(crate) fn published(&self, shard: u16, position: u64) {
        meters::transaction(shard);
        self.change(shard, |standing| {
            standing.published = Some(position);
            standing.transactions += 1;
            standing.waiting_since = None;
        });
    }

    pub(crate) fn failed(&self, shard: u16, failure: &Failure) {
        meters::failure(shard, failure.code());
        let trouble = Trouble { code: failure.code(), message: failure.told() };
        self.change(shard, |standing| {
            standing.phase = Phase::Failing;
            standing.failures += 1;
            standing.last_failure = Some(trouble);
        });
    }

    pub(crate) fn stopped(&self, shard: u16, fence: &Fence) {
        let trouble = Trouble { code: fence.code(), message: fence.to_string() };
        self.change(shard, |standing| {
            standing.phase = Phase::Stopped(fence.clone());
            standing.last_failure = Some(trouble);
        });
    }

    /// The last known position on the topic.
    pub(crate) fn last_published(&self, shard: u16) -> Option<u64> {
        self.lock().shards.get(usize::from(shard)).and_then(|standing| standing.published)
    }

    /// How many transactions have been committed.
    pub(crate) fn transactions(&self, shard: u16) -> u64 {
        self.lock().shards.get(usize::from(shard)).map_or(0, |standing| standing.transactions)
    }

    fn change(&self, shard: u16, change: impl FnOnce(&mut ShardStanding)) {
        if let Some(standing) = self.lock().shards.get_mut(usize::from(shard)) {
            change(standing);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
