use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use baohan_log::StoredEvent;

use crate::error::Error;
use crate::partition::{Partition, Polled};
use crate::place::offset_after;
use crate::record::Published;
use crate::settings::{Isolation, Purpose, Settings};

/// Reads the events of one shard from the topic: each once, in order, without a gap, those of finished transactions alone.
/// Giving up a call of [`EventReader::next`] loses nothing: what it had read is given by the next one.
pub struct EventReader {
    reading: Arc<Mutex<Reading>>,
    shard: u16,
}

/// What the thread that reads has at hand.
struct Reading {
    partition: Partition<Published>,
    /// The position of the last event that was read.
    position: u64,
    /// Whether an event of the wanted stretch has come: from then on every position must follow.
    has_begun: bool,
    /// Read, and not asked for yet.
    ready: VecDeque<Published>,
    /// What is wrong with the topic behind what is ready. It stays.
    broken: Option<Error>,
}

impl EventReader {
    /// Begins after a position. The topic may not be as far yet: then it waits there.
    ///
    /// # Errors
    /// Where Kafka is away, or a record on the way cannot be read.
    pub async fn open(settings: &Settings, shard: u16, after: u64) -> Result<Self, Error> {
        let settings = settings.clone();
        let opening = tokio::task::spawn_blocking(move || Reading::open(&settings, shard, after));
        let reading = opening.await.map_err(|_| Error::Ending)??;
        Ok(Self { reading: Arc::new(Mutex::new(reading)), shard })
    }

    /// The shard that it reads.
    #[must_use]
    pub fn shard(&self) -> u16 {
        self.shard
    }

    /// The next events, at most `limit`; none: nothing came within `wait`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where no broker is left: the reader goes on once one is back. A gap or a record that cannot be
    /// read stays.
    pub async fn next(&mut self, limit: usize, wait: Duration) -> Result<Vec<StoredEvent>, Error> {
        let published = self.next_published(limit, wait).await?;
        Ok(published.into_iter().map(|published| published.event).collect())
    }

    /// As [`EventReader::next`], with leaf hashes, the guarantees' numbers and offsets.
    ///
    /// # Errors
    /// As [`EventReader::next`].
    pub async fn next_published(&mut self, limit: usize, wait: Duration) -> Result<Vec<Published>, Error> {
        let reading = Arc::clone(&self.reading);
        let filling = tokio::task::spawn_blocking(move || {
            let mut reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
            reading.fill(limit, wait)
        });
        filling.await.map_err(|_| Error::Ending)??;
        // Taken here, so that nothing is lost where the caller gave up before.
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let count = reading.ready.len().min(limit);
        Ok(reading.ready.drain(..count).collect())
    }
}

impl Drop for EventReader {
    /// A consumer says good-bye to its broker, which may take a moment.
    fn drop(&mut self) {
        let reading = Arc::clone(&self.reading);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(reading));
        }
    }
}

impl Reading {
    fn open(settings: &Settings, shard: u16, after: u64) -> Result<Self, Error> {
        let seeker = Partition::new(settings, shard, Isolation::Committed, Purpose::Seeking)?;
        let offset = offset_after(&seeker, after)?;
        drop(seeker);
        let partition = Partition::new(settings, shard, Isolation::Committed, Purpose::Reading)?;
        partition.go_to(offset)?;
        let ready = VecDeque::new();
        Ok(Self { partition, position: after, has_begun: false, ready, broken: None })
    }

    /// Reads until something is ready, and then whatever comes without waiting.
    fn fill(&mut self, limit: usize, wait: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + wait;
        while self.ready.len() < limit {
            if let Some(broken) = &self.broken {
                return if self.ready.is_empty() { Err(broken.clone()) } else { Ok(()) };
            }
            let is_waiting = self.ready.is_empty();
            let remaining = deadline.saturating_duration_since(Instant::now());
            match self.partition.poll(if is_waiting { remaining } else { Duration::ZERO }) {
                Ok(Polled::Record(record)) => self.take(*record),
                Ok(Polled::End) if is_waiting && Instant::now() < deadline => {}
                Ok(Polled::End | Polled::Nothing) => return Ok(()),
                Err(error) if matches!(error, Error::Unavailable { .. }) => {
                    return if is_waiting { Err(error) } else { Ok(()) };
                }
                Err(error) => self.broken = Some(error),
            }
        }
        Ok(())
    }

    fn take(&mut self, record: Published) {
        let found = record.event.position;
        let expected = self.position + 1;
        if found == expected {
            self.position = found;
            self.has_begun = true;
            self.ready.push_back(record);
        } else if found > expected || self.has_begun {
            let (topic, shard) = (self.partition.topic().to_owned(), self.partition.shard());
            self.broken = Some(Error::Gap { topic, shard, expected, found });
        }
        // Else it stands before the place where we begin.
    }
}
