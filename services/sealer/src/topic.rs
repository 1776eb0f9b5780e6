use std::sync::Arc;

use baohan_log::{KeptCheckpoint, Log};
use baohan_seal::SignedCheckpoint;
use baohan_topics::{End, PublishedCheckpoint, Settings, end_of_checkpoints, ensure_checkpoints};
use tokio::sync::Mutex;

use crate::board::Board;
use crate::failure::Failure;
use crate::producer::CheckpointProducer;

/// Most checkpoints of one transaction: some hundred kilobytes.
const TRANSACTION_CHECKPOINTS_MAX: usize = 200;

/// The topic of checkpoints. As with events (ADR 0013) the topic itself says how far it is: a session begins at its last record, which must be
/// the store's, and ends with the first failure.
pub(crate) struct Topic {
    settings: Settings,
    log: Log,
    session: Mutex<Option<Session>>,
}

struct Session {
    producer: Arc<CheckpointProducer>,
    /// The newest checkpoint on the topic; 0: it is empty.
    taken: u64,
}

impl Topic {
    pub(crate) fn new(settings: Settings, log: Log) -> Self {
        Self { settings, log, session: Mutex::new(None) }
    }

    /// Publishes what the topic lacks.
    pub(crate) async fn catch_up(&self, name: &str, board: &Board) -> Result<(), Failure> {
        let mut session = self.session.lock().await;
        // Taken out, so that whatever fails or is dropped on the way is followed by a new session.
        let mut at_work = match session.take() {
            Some(at_work) => at_work,
            None => self.open().await?,
        };
        loop {
            board.taken(name, at_work.taken);
            let kept = self.log.kept_checkpoints(at_work.taken, TRANSACTION_CHECKPOINTS_MAX).await?;
            let Some(last) = kept.last().map(|last| last.number) else { break };
            let (producer, ledger) = (Arc::clone(&at_work.producer), self.log.ledger().to_string());
            let publishing = tokio::task::spawn_blocking(move || producer.publish(&ledger, &kept));
            publishing.await.map_err(|_| Failure::Ending)??;
            at_work.taken = last;
        }
        *session = Some(at_work);
        Ok(())
    }

    async fn open(&self) -> Result<Session, Failure> {
        for finding in ensure_checkpoints(&self.settings).await? {
            tracing::warn!(topic = finding.topic, key = finding.key, "advice: {finding}");
        }
        let settings = self.settings.clone();
        let opening = tokio::task::spawn_blocking(move || CheckpointProducer::open(&settings));
        let producer = Arc::new(opening.await.map_err(|_| Failure::Ending)??);
        let taken = self.taken(end_of_checkpoints(&self.settings).await?).await?;
        Ok(Session { producer, taken })
    }

    /// How far the topic is, if it tells the store's story.
    async fn taken(&self, end: End<PublishedCheckpoint>) -> Result<u64, Failure> {
        let Some(last) = end.last else {
            return if end.first_offset == 0 { Ok(0) } else { Err(Failure::TopicEmptied(end.first_offset)) };
        };
        if last.ledger != self.log.ledger().to_string() {
            return Err(Failure::TopicOfAnother(last.ledger));
        }
        let bent = |fault: String| baohan_topics::Error::Record {
            topic: self.settings.topics().checkpoints,
            shard: 0,
            offset: last.offset,
            fault,
        };
        let signed = SignedCheckpoint::parse(&last.note).map_err(|fault| bent(fault.to_string()))?;
        let number = signed.checkpoint().number;
        match self.log.kept_checkpoint(number).await? {
            Some(KeptCheckpoint { note, .. }) if note == last.note => Ok(number),
            Some(_) => Err(Failure::TopicDiffers { number }),
            None => {
                let newest = self.log.newest_checkpoint().await?.map_or(0, |newest| newest.number);
                Err(Failure::TopicAhead { number, newest })
            }
        }
    }
}

impl Drop for Session {
    /// A producer says good-bye to its brokers, which may take a moment.
    fn drop(&mut self) {
        let producer = Arc::clone(&self.producer);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(producer));
        }
    }
}
