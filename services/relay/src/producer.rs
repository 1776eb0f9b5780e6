use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use baohan_topics::{Settings, Told, Topics};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{
    BaseRecord, DeliveryResult, NoCustomPartitioner, Producer, ProducerContext, ThreadedProducer,
};

use crate::batch::Batch;
use crate::failure::Failure;

/// How long the brokers may take to let us begin: a transaction of the producer before us is ended first.
const BEGIN_WITHIN: Duration = Duration::from_secs(15);
/// How long they may take to commit, records included.
const COMMIT_WITHIN: Duration = Duration::from_secs(20);
/// How long they may take to forget a transaction; if it fails, it ends with the next producer of our name.
const ABORT_WITHIN: Duration = Duration::from_secs(5);
/// How long a full queue is waited for before it is tried again.
const QUEUE_FULL_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// The transactional producer of one shard. Its calls block: not for the threads of the runtime.
pub(crate) struct ShardProducer {
    producer: ThreadedProducer<Deliveries>,
    topics: Topics,
    shard: u16,
}

/// Keeps the first failure of a record: what the commit says of it is but that there was one.
#[derive(Default)]
struct Deliveries {
    failed: Arc<Mutex<Option<KafkaError>>>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        Told.log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Told.error(error, reason);
    }
}

impl ProducerContext<NoCustomPartitioner> for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, delivered: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = delivered {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
        }
    }
}

impl ShardProducer {
    /// Makes the producer, shuts out whoever had its name before, and ends what that one left open.
    pub(crate) fn open(settings: &Settings, shard: u16) -> Result<Self, Failure> {
        let config = settings.producer(shard)?;
        let kafka = |source| Failure::kafka("let us publish", source);
        let producer: ThreadedProducer<Deliveries> =
            config.create_with_context(Deliveries::default()).map_err(kafka)?;
        let deadline = Instant::now() + BEGIN_WITHIN;
        loop {
            match producer.init_transactions(left(deadline)) {
                Ok(()) => return Ok(Self { producer, topics: settings.topics(), shard }),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                Err(source) => return Err(kafka(source)),
            }
        }
    }

    /// Publishes batches in one transaction, or nothing of them. `is_held` is asked before the first record and before the
    /// commit: whoever has been away for longer than his turn lasts sends nothing more.
    pub(crate) fn publish(&self, batches: &mut [Batch], is_held: impl Fn() -> bool) -> Result<(), Failure> {
        if !is_held() {
            return Err(Failure::TurnLost);
        }
        self.failed().take();
        self.producer.begin_transaction().map_err(|source| Failure::kafka("begin a transaction", source))?;
        let done =
            self.send(batches).and_then(|()| if is_held() { self.commit() } else { Err(Failure::TurnLost) });
        done.map_err(|failure| self.give_up(failure))
    }

    fn send(&self, batches: &mut [Batch]) -> Result<(), Failure> {
        let partition = i32::from(self.shard);
        for batch in batches {
            for event in &mut batch.events {
                self.enqueue(event.record(&self.topics.events))?;
            }
            for (key, state) in &batch.states {
                let form = Header { key: "content-type", value: Some("application/json") };
                let record = BaseRecord::to(&self.topics.state)
                    .partition(partition)
                    .key(key.as_str())
                    .payload(state.as_str())
                    .headers(OwnedHeaders::new_with_capacity(1).insert(form));
                self.enqueue(record)?;
            }
        }
        Ok(())
    }

    fn enqueue(&self, record: BaseRecord<'_, str, str>) -> Result<(), Failure> {
        let deadline = Instant::now() + COMMIT_WITHIN;
        let mut record = record;
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), same))
                    if Instant::now() < deadline =>
                {
                    record = same;
                    self.producer.poll(QUEUE_FULL_AGAIN_AFTER);
                }
                Err((source, _)) => return Err(Failure::kafka("take a record", source)),
            }
        }
    }

    fn commit(&self) -> Result<(), Failure> {
        let deadline = Instant::now() + COMMIT_WITHIN;
        loop {
            match self.producer.commit_transaction(left(deadline)) {
                Ok(()) => return Ok(()),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                Err(source) => {
                    // A record that failed says more than the commit that failed with it.
                    let source = self.failed().take().unwrap_or(source);
                    return Err(Failure::kafka("commit a transaction", source));
                }
            }
        }
    }

    /// Readers need not wait for the transaction's end any longer. Where this fails as well, the next producer ends it.
    fn give_up(&self, failure: Failure) -> Failure {
        if !matches!(failure, Failure::Ousted(_))
            && let Err(error) = self.producer.abort_transaction(ABORT_WITHIN)
        {
            tracing::debug!(shard = self.shard, %error, "the transaction could not be given up");
        }
        failure
    }

    fn failed(&self) -> std::sync::MutexGuard<'_, Option<KafkaError>> {
        self.producer.context().failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
