use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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

/// How long it is waited at a time for records that have arrived to be let go.
const LET_GO_AGAIN_AFTER: Duration = Duration::from_micros(50);

/// The transactional producer of one shard. Its calls block: not for the threads of the runtime.
pub(crate) struct ShardProducer {
    producer: ThreadedProducer<Deliveries>,
    topics: Topics,
    shard: u16,
}

/// Counts the records that are on their way, and keeps the first failure: what a commit says of it is but that there was one.
///
/// The client's own `flush` looks every tenth of a second whether all have arrived, and each commit flushes first. So we wait here,
/// and commit when nothing is on its way any more.
#[derive(Default)]
struct Deliveries {
    under_way: AtomicUsize,
    failed: Mutex<Option<KafkaError>>,
    all_arrived: Condvar,
}

impl Deliveries {
    fn failed(&self) -> MutexGuard<'_, Option<KafkaError>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until every record has arrived or failed. Whether that was before the deadline.
    fn wait(&self, deadline: Instant) -> bool {
        let mut guard = self.failed();
        while self.under_way.load(Ordering::Acquire) > 0 {
            let remaining = left(deadline);
            if remaining.is_zero() {
                return false;
            }
            let waited = self.all_arrived.wait_timeout(guard, remaining);
            guard = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
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
            self.failed().get_or_insert_with(|| error.clone());
        }
        if self.under_way.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Under the lock, so that nobody begins to wait between its look and this.
            drop(self.failed());
            self.all_arrived.notify_all();
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

    /// Begins a transaction.
    pub(crate) fn begin(&self) -> Result<(), Failure> {
        self.deliveries().failed().take();
        self.producer.begin_transaction().map_err(|source| Failure::kafka("begin a transaction", source))
    }

    /// Sends a batch within the transaction. `is_held` is asked first: whoever has been away for longer than his turn lasts sends
    /// nothing more.
    pub(crate) fn send(&self, mut batch: Batch, is_held: impl Fn() -> bool) -> Result<(), Failure> {
        if !is_held() {
            return Err(Failure::TurnLost);
        }
        let partition = i32::from(self.shard);
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
        Ok(())
    }

    fn enqueue(&self, record: BaseRecord<'_, str, str>) -> Result<(), Failure> {
        let deadline = Instant::now() + COMMIT_WITHIN;
        let under_way = &self.deliveries().under_way;
        let mut record = record;
        loop {
            under_way.fetch_add(1, Ordering::AcqRel);
            let Err((source, same)) = self.producer.send(record) else { return Ok(()) };
            under_way.fetch_sub(1, Ordering::AcqRel);
            let is_full = source == KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull);
            if !is_full || Instant::now() >= deadline {
                return Err(Failure::kafka("take a record", source));
            }
            record = same;
            self.producer.poll(QUEUE_FULL_AGAIN_AFTER);
        }
    }

    /// Waits until all records have arrived, and commits. `is_held` is asked before the commit.
    pub(crate) fn commit(&self, is_held: impl Fn() -> bool) -> Result<(), Failure> {
        let deadline = Instant::now() + COMMIT_WITHIN;
        let kafka = |source| Failure::kafka("commit a transaction", source);
        if !self.deliveries().wait(deadline) {
            return Err(kafka(KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut)));
        }
        // The last report is told a moment before its record is let go.
        while self.producer.in_flight_count() > 0 && Instant::now() < deadline {
            std::thread::sleep(LET_GO_AGAIN_AFTER);
        }
        if !is_held() {
            return Err(Failure::TurnLost);
        }
        loop {
            match self.producer.commit_transaction(left(deadline)) {
                Ok(()) => return Ok(()),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                // A record that failed says more than the commit that failed with it.
                Err(source) => return Err(kafka(self.deliveries().failed().take().unwrap_or(source))),
            }
        }
    }

    /// Gives an open transaction up, so that readers need not wait for its end any longer. Where this fails as well, the next
    /// producer of this name ends it.
    pub(crate) fn give_up(&self) {
        if let Err(error) = self.producer.abort_transaction(ABORT_WITHIN) {
            tracing::debug!(shard = self.shard, %error, "the transaction could not be given up");
        }
    }

    fn deliveries(&self) -> &Deliveries {
        self.producer.context()
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
