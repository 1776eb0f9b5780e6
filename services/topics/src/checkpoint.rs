//! The topic of checkpoints: one partition, the ledger's id as key, the signed note as value, in the order of the numbers in the notes.
//! What a note says is read by whoever verifies it; here it is a text.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::message::{Header, Message, OwnedHeaders};
use rdkafka::producer::BaseRecord;

use crate::error::Error;
use crate::headers;
use crate::partition::{Lying, Partition, Polled};
use crate::settings::{Isolation, Purpose, Settings};

/// The only one.
pub(crate) const CHECKPOINT_PARTITION: u16 = 0;
/// What the value of a record is.
const CONTENT_TYPE_VALUE: &str = "text/plain; charset=utf-8";

/// A checkpoint as the topic has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedCheckpoint {
    /// The record's key: the ledger's id.
    pub ledger: String,
    /// The record's value: the signed note.
    pub note: String,
    /// The record's offset. Offsets have gaps, as on every topic that is written in transactions.
    pub offset: i64,
}

/// The record of a checkpoint for the producer.
#[must_use]
pub fn checkpoint_record<'a>(
    topic: &'a str,
    ledger: &'a str,
    note: &'a str,
    time_ms: i64,
) -> BaseRecord<'a, str, str> {
    let form = Header { key: headers::CONTENT_TYPE, value: Some(CONTENT_TYPE_VALUE) };
    BaseRecord::to(topic)
        .partition(i32::from(CHECKPOINT_PARTITION))
        .key(ledger)
        .payload(note)
        .timestamp(time_ms)
        .headers(OwnedHeaders::new_with_capacity(1).insert(form))
}

impl Lying for PublishedCheckpoint {
    fn topic(settings: &Settings) -> String {
        settings.topics().checkpoints
    }

    fn read<M: Message>(message: &M) -> Result<Self, Error> {
        let fault = |fault: &str| Error::Record {
            topic: message.topic().to_owned(),
            shard: CHECKPOINT_PARTITION,
            offset: message.offset(),
            fault: fault.to_owned(),
        };
        let text = |bytes: Option<&[u8]>| bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        Ok(Self {
            ledger: text(message.key()).ok_or_else(|| fault("it has no key that is a text"))?,
            note: text(message.payload()).ok_or_else(|| fault("it has no value that is a text"))?,
            offset: message.offset(),
        })
    }
}

/// Reads the topic of checkpoints from its beginning, those of finished transactions alone.
pub struct CheckpointReader {
    partition: Arc<Mutex<Partition<PublishedCheckpoint>>>,
}

impl CheckpointReader {
    /// Begins at the first record that is still there.
    ///
    /// # Errors
    /// Where Kafka is away.
    pub async fn open(settings: &Settings) -> Result<Self, Error> {
        let settings = settings.clone();
        let opening = tokio::task::spawn_blocking(move || {
            let partition =
                Partition::new(&settings, CHECKPOINT_PARTITION, Isolation::Committed, Purpose::Reading)?;
            let (first, _) = partition.bounds()?;
            partition.go_to(first)?;
            Ok(partition)
        });
        let partition = opening.await.map_err(|_| Error::Ending)??;
        Ok(Self { partition: Arc::new(Mutex::new(partition)) })
    }

    /// The next checkpoints, at most `limit`; none: nothing came within `wait`.
    ///
    /// # Errors
    /// Where no broker is left, and for a record that is none of ours.
    pub async fn next(&mut self, limit: usize, wait: Duration) -> Result<Vec<PublishedCheckpoint>, Error> {
        let partition = Arc::clone(&self.partition);
        let reading = tokio::task::spawn_blocking(move || {
            let partition = partition.lock().unwrap_or_else(PoisonError::into_inner);
            let deadline = Instant::now() + wait;
            let mut read = Vec::new();
            while read.len() < limit {
                let patience = if read.is_empty() {
                    deadline.saturating_duration_since(Instant::now())
                } else {
                    Duration::ZERO
                };
                match partition.poll(patience)? {
                    Polled::Record(record) => read.push(*record),
                    Polled::End if read.is_empty() && Instant::now() < deadline => {}
                    Polled::End | Polled::Nothing => break,
                }
            }
            Ok(read)
        });
        reading.await.map_err(|_| Error::Ending)?
    }
}

impl Drop for CheckpointReader {
    /// A consumer says good-bye to its broker, which may take a moment.
    fn drop(&mut self) {
        let partition = Arc::clone(&self.partition);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(partition));
        }
    }
}
