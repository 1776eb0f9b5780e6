//! Where a shard is read: the topic where Kafka is configured, and the store whenever the topic has nothing to give.

use std::collections::VecDeque;
use std::time::Duration;

use baohan_log::{Log, StoredEvent};
use baohan_topics::{EventReader, Settings};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::error::Error;

/// For how long an event that the store has may be missing on the topic before the store is read instead.
const AWAY_AFTER: Duration = Duration::from_secs(3);
/// How often a topic that is away, or far behind, is looked at again.
const LOOKED_EVERY: Duration = Duration::from_secs(2);
/// How long a topic that has nearly caught up is waited for.
const RETURN_WAITS: Duration = Duration::from_millis(500);
/// How near that is, in events: the relay writes them within the wait.
const RETURN_EVENTS: u64 = 2_000;
/// A topic whose records cannot be used is looked at again after so long: somebody may have mended it.
const UNFIT_RESTS: Duration = Duration::from_mins(1);

/// Where events are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The store, which is the truth.
    Store,
    /// Its published form.
    Kafka,
}

impl Origin {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Kafka => "kafka",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Store, Self::Kafka].into_iter().find(|origin| origin.name() == name)
    }
}

/// Reads one shard.
pub(crate) struct Source {
    log: Log,
    shard: u16,
    topic: Option<Topic>,
}

/// A shard's partition of the topic, as far as it can be read.
struct Topic {
    settings: Settings,
    state: State,
    /// What was read and not taken yet.
    ready: VecDeque<StoredEvent>,
    /// Whether the last events came from here: then it is waited for, for a while.
    is_near: bool,
    /// When it is looked at again, where the last events did not come from here.
    again: Instant,
}

enum State {
    Closed,
    Opening(JoinHandle<Result<EventReader, baohan_topics::Error>>, u64),
    /// The position behind which it reads on.
    Open(EventReader, u64),
}

impl Source {
    pub(crate) fn new(log: Log, shard: u16, kafka: Option<Settings>) -> Self {
        let topic = kafka.map(|settings| Topic {
            settings,
            state: State::Closed,
            ready: VecDeque::new(),
            is_near: false,
            again: Instant::now(),
        });
        Self { log, shard, topic }
    }

    /// The next events behind a position; the store holds more than none. Positions are the same in both, so nothing is
    /// read twice and nothing is left out, whichever they come from.
    pub(crate) async fn read(
        &mut self,
        after: u64,
        limit: usize,
    ) -> Result<(Vec<StoredEvent>, Origin), Error> {
        if let Some(topic) = &mut self.topic {
            let records = topic.read(self.shard, after, limit).await;
            if !records.is_empty() {
                if is_told_by_the_store(&records, &self.log).await? {
                    return Ok((records, Origin::Kafka));
                }
                let shard = self.shard;
                tracing::warn!(
                    shard,
                    after,
                    "the topic tells what the store does not hold behind position {after} of shard {shard}: the store is read"
                );
                topic.close(UNFIT_RESTS);
            }
        }
        Ok((self.log.read(self.shard, after, limit).await?, Origin::Store))
    }
}

/// Whether the store holds the same. A topic can be ahead of a restored store, or hold what was written there before;
/// from where the two part they stay apart, so the last of the records tells of all. It is one row for many.
async fn is_told_by_the_store(records: &[StoredEvent], log: &Log) -> Result<bool, Error> {
    let Some(last) = records.last() else { return Ok(true) };
    let there = log.read(last.shard, last.position - 1, 1).await?;
    Ok(there.first().is_some_and(|there| (there.position, there.id) == (last.position, last.id)))
}

impl Drop for Topic {
    fn drop(&mut self) {
        self.close(Duration::ZERO);
    }
}

impl Topic {
    fn close(&mut self, rests: Duration) {
        if let State::Opening(opening, _) = &self.state {
            opening.abort();
        }
        self.state = State::Closed;
        self.ready.clear();
        self.is_near = false;
        self.again = Instant::now() + rests;
    }

    /// What the topic gives behind a position; nothing, where it is not known to give it soon.
    async fn read(&mut self, shard: u16, after: u64, limit: usize) -> Vec<StoredEvent> {
        if !self.is_near && Instant::now() < self.again {
            return Vec::new();
        }
        self.open(shard, after).await;
        let mut deadline = Instant::now() + if self.is_near { AWAY_AFTER } else { Duration::ZERO };
        loop {
            while self.ready.front().is_some_and(|stored| stored.position <= after) {
                self.ready.pop_front();
            }
            if let Some(first) = self.ready.front() {
                if first.position != after + 1 {
                    // It has gone on without us: a batch was not written.
                    self.close(Duration::ZERO);
                    return Vec::new();
                }
                self.is_near = true;
                let count = self.ready.len().min(limit);
                return self.ready.drain(..count).collect();
            }
            let State::Open(reader, at) = &mut self.state else { return self.away() };
            let wait = deadline.saturating_duration_since(Instant::now());
            match reader.next(limit, wait).await {
                Ok(records) if records.is_empty() => {
                    if wait.is_zero() {
                        return self.away();
                    }
                }
                Ok(records) => {
                    *at = records.last().map_or(*at, |last| last.position);
                    if !self.is_near && after.saturating_sub(*at) <= RETURN_EVENTS {
                        deadline = Instant::now() + RETURN_WAITS;
                    }
                    self.ready.extend(records);
                }
                Err(error) if error.is_passing() => return self.away(),
                Err(error) => {
                    tracing::warn!(shard, %error, "the topic of shard {shard} cannot be read, the store is: {error}");
                    self.close(UNFIT_RESTS);
                    return Vec::new();
                }
            }
        }
    }

    /// It gives nothing now.
    fn away(&mut self) -> Vec<StoredEvent> {
        if self.is_near {
            tracing::info!("the topic does not give what the store has: the store is read");
        }
        self.is_near = false;
        self.again = Instant::now() + LOOKED_EVERY;
        Vec::new()
    }

    /// Begins to open it, which takes its time where the broker is away: nobody waits for it.
    async fn open(&mut self, shard: u16, after: u64) {
        let is_ahead = match &self.state {
            State::Opening(_, at) | State::Open(_, at) => *at > after && self.ready.is_empty(),
            State::Closed => false,
        };
        if is_ahead {
            self.close(Duration::ZERO);
        }
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Closed => {
                let settings = self.settings.clone();
                let opening = tokio::spawn(async move { EventReader::open(&settings, shard, after).await });
                self.state = State::Opening(opening, after);
            }
            State::Opening(opening, at) if opening.is_finished() => match opening.await {
                Ok(Ok(reader)) => self.state = State::Open(reader, at),
                Ok(Err(error)) if error.is_passing() => {}
                Ok(Err(error)) => {
                    tracing::warn!(shard, %error, "the topic of shard {shard} cannot be read, the store is: {error}");
                    self.again = Instant::now() + UNFIT_RESTS;
                }
                Err(_) => {}
            },
            other => self.state = other,
        }
    }
}
