//! Where things are on a partition: its last record, and the offset of a position. An offset is no position: every transaction
//! leaves a control record on the partition, and given-up ones leave their records there, which no reader sees.

use std::time::{Duration, Instant};

use crate::checkpoint::{CHECKPOINT_PARTITION, PublishedCheckpoint};
use crate::error::Error;
use crate::partition::{ANSWER_WITHIN, Lying, Partition};
use crate::record::Published;
use crate::settings::{Isolation, Purpose, Settings};

/// From how far before the end the last record is looked for first: behind it lie one control record, and the records of one
/// transaction that was given up.
const LOOK_BACK_OFFSETS: i64 = 64;
/// How much farther each further look goes.
const LOOK_BACK_TIMES: i64 = 16;
/// A stretch that is read rather than halved.
const NEAR_OFFSETS: i64 = 256;
/// How long between two looks at a transaction that is about to end.
const STABLE_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// The end of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End<R = Published> {
    /// The last record of a finished transaction.
    pub last: Option<R>,
    /// The first offset that is still there; over 0: somebody has removed what stood before it.
    pub first_offset: i64,
    /// The offset that the next record gets.
    pub next_offset: i64,
}

/// The end of a shard's partition. Records of finished transactions alone count; it waits a moment for one that is being finished.
///
/// # Errors
/// Where Kafka is away, where the last record is none of ours, and where somebody's transaction stays open, so that the end
/// cannot be seen.
pub async fn end_of(settings: &Settings, shard: u16) -> Result<End, Error> {
    look_for_end(settings, shard).await
}

/// The end of the topic of checkpoints.
///
/// # Errors
/// As [`end_of`].
pub async fn end_of_checkpoints(settings: &Settings) -> Result<End<PublishedCheckpoint>, Error> {
    look_for_end(settings, CHECKPOINT_PARTITION).await
}

async fn look_for_end<R: Lying + Send + 'static>(settings: &Settings, shard: u16) -> Result<End<R>, Error> {
    let settings = settings.clone();
    let looking = tokio::task::spawn_blocking(move || look(&settings, shard));
    looking.await.map_err(|_| Error::Ending)?
}

fn look<R: Lying>(settings: &Settings, shard: u16) -> Result<End<R>, Error> {
    let all = Partition::<R>::new(settings, shard, Isolation::Uncommitted, Purpose::Seeking)?;
    let partition = Partition::<R>::new(settings, shard, Isolation::Committed, Purpose::Seeking)?;
    let deadline = Instant::now() + ANSWER_WITHIN;
    let (first_offset, next_offset) = loop {
        let (_, end) = all.bounds()?;
        let (first, stable) = partition.bounds()?;
        if stable >= end {
            break (first, stable);
        }
        if Instant::now() >= deadline {
            let topic = partition.topic().to_owned();
            return Err(Error::OpenTransaction { topic, shard, stable, end });
        }
        std::thread::sleep(STABLE_AGAIN_AFTER);
    };
    let mut back = LOOK_BACK_OFFSETS;
    let last = loop {
        let from = first_offset.max(next_offset.saturating_sub(back));
        if from >= next_offset {
            break None;
        }
        let last = partition.last_from(from)?;
        if last.is_some() || from == first_offset {
            break last;
        }
        back = back.saturating_mul(LOOK_BACK_TIMES);
    };
    Ok(End { last, first_offset, next_offset })
}

/// An offset from which a reader meets the first record after a position, and few before it.
pub(crate) fn offset_after(seeker: &Partition<Published>, after: u64) -> Result<i64, Error> {
    let (first, end) = seeker.bounds()?;
    // A record's offset is never lower than the number of records before it.
    let mut low = first.max(i64::try_from(after).unwrap_or(i64::MAX));
    let mut high = end;
    while high.saturating_sub(low) > NEAR_OFFSETS {
        let middle = low + (high - low) / 2;
        match seeker.first_from(middle)? {
            Some(record) if record.event.position <= after => low = record.offset + 1,
            Some(_) | None => high = middle,
        }
    }
    Ok(low.min(high))
}
