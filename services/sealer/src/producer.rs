use std::time::{Duration, Instant};

use baohan_log::KeptCheckpoint;
use baohan_seal::SignedCheckpoint;
use baohan_topics::{Settings, Told, checkpoint_record};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::producer::{DeliveryResult, NoCustomPartitioner, Producer, ProducerContext, ThreadedProducer};

use crate::failure::Failure;

/// How long the brokers may take to let us begin: a transaction of the producer before us is ended first.
const BEGIN_WITHIN: Duration = Duration::from_secs(15);
/// How long they may take to commit, records included.
const COMMIT_WITHIN: Duration = Duration::from_secs(20);
/// How long they may take to forget a transaction; if it fails, it ends with the next producer of our name.
const ABORT_WITHIN: Duration = Duration::from_secs(5);

/// The transactional producer of checkpoints. Its calls block: not for the threads of the runtime.
pub(crate) struct CheckpointProducer {
    producer: ThreadedProducer<Quiet>,
    topic: String,
}

/// Says what the client says as lines of the ledger. That a record failed is said by the commit.
struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        Told.log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Told.error(error, reason);
    }
}

impl ProducerContext<NoCustomPartitioner> for Quiet {
    type DeliveryOpaque = ();

    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}

impl CheckpointProducer {
    /// Makes the producer, shuts out whoever had its name before, and ends what that one left open.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        let kafka = |source| Failure::kafka("let us publish", source);
        let producer: ThreadedProducer<Quiet> =
            settings.checkpoint_producer()?.create_with_context(Quiet).map_err(kafka)?;
        let deadline = Instant::now() + BEGIN_WITHIN;
        loop {
            match producer.init_transactions(left(deadline)) {
                Ok(()) => return Ok(Self { producer, topic: settings.topics().checkpoints }),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                Err(source) => return Err(kafka(source)),
            }
        }
    }

    /// Publishes checkpoints in one transaction.
    pub(crate) fn publish(&self, ledger: &str, kept: &[KeptCheckpoint]) -> Result<(), Failure> {
        let kafka = |doing| move |source| Failure::kafka(doing, source);
        self.producer.begin_transaction().map_err(kafka("begin a transaction"))?;
        let published = self.send(ledger, kept).and_then(|()| self.commit());
        if let Err(failure) = &published
            && !matches!(failure, Failure::Ousted(_))
            && let Err(error) = self.producer.abort_transaction(ABORT_WITHIN)
        {
            tracing::debug!(%error, "the transaction could not be given up");
        }
        published
    }

    fn send(&self, ledger: &str, kept: &[KeptCheckpoint]) -> Result<(), Failure> {
        for KeptCheckpoint { number, note, .. } in kept {
            let signed = SignedCheckpoint::parse(note)
                .map_err(|fault| Failure::Unreadable { number: *number, fault: fault.to_string() })?;
            let time_ms = signed.checkpoint().time.timestamp_millis();
            let sent = self.producer.send(checkpoint_record(&self.topic, ledger, note, time_ms));
            sent.map_err(|(source, _)| Failure::kafka("take a record", source))?;
        }
        Ok(())
    }

    fn commit(&self) -> Result<(), Failure> {
        let deadline = Instant::now() + COMMIT_WITHIN;
        loop {
            match self.producer.commit_transaction(left(deadline)) {
                Ok(()) => return Ok(()),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                Err(source) => return Err(Failure::kafka("commit a transaction", source)),
            }
        }
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
