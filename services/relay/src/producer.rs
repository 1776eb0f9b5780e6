use std::time::{Duration, Instant};

use baohan_topics::{Ready, Settings, Topics, key_of};
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders, ToBytes};
use rdkafka::producer::{BaseRecord, Producer, ThreadedProducer};

use crate::deliveries::{Deliveries, Lane};
use crate::failure::Failure;
use crate::snapshots::{Snapshots, newest};

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
    /// Records of a topic that go out at once, and as many as may be on their way.
    ///
    /// The client sends a partition's requests one after the other, and while one is on its way and more records are due, its
    /// thread turns in a circle, which cost more than a quarter of all processor time. So no more than one request's worth is
    /// given to it at a time; the next one is being made meanwhile.
    window: usize,
}

impl ShardProducer {
    /// Makes the producer, shuts out whoever had its name before, and ends what that one left open.
    pub(crate) fn open(settings: &Settings, shard: u16) -> Result<Self, Failure> {
        let config = settings.producer(shard)?;
        let window = window(&config);
        let kafka = |source| Failure::kafka("let us publish", source);
        let producer: ThreadedProducer<Deliveries> =
            config.create_with_context(Deliveries::default()).map_err(kafka)?;
        let deadline = Instant::now() + BEGIN_WITHIN;
        loop {
            match producer.init_transactions(left(deadline)) {
                Ok(()) => return Ok(Self { producer, topics: settings.topics(), shard, window }),
                Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
                Err(source) => return Err(kafka(source)),
            }
        }
    }

    /// Begins a transaction.
    pub(crate) fn begin(&self) -> Result<(), Failure> {
        self.deliveries().take_failure();
        self.producer.begin_transaction().map_err(|source| Failure::kafka("begin a transaction", source))
    }

    /// Sends events within the transaction. `is_held` is asked first: whoever has been away for longer than his turn lasts sends
    /// nothing more.
    pub(crate) fn send(&self, mut events: Vec<Ready>, is_held: impl Fn() -> bool) -> Result<(), Failure> {
        if !is_held() {
            return Err(Failure::TurnLost);
        }
        for events in events.chunks_mut(self.window) {
            self.make_room(Lane::Events, events.len())?;
            for event in events {
                self.enqueue(event.record(&self.topics.events, Lane::Events as usize), Lane::Events)?;
            }
        }
        Ok(())
    }

    /// Sends states within the transaction: of each guarantee the newest.
    pub(crate) fn send_states(&self, states: &[Snapshots]) -> Result<(), Failure> {
        let partition = i32::from(self.shard);
        for (number, (id, state)) in newest(states).enumerate() {
            if number.is_multiple_of(self.window) {
                self.make_room(Lane::States, self.window)?;
            }
            let key = key_of(id);
            let form = Header { key: "content-type", value: Some("application/json") };
            let record = BaseRecord::with_opaque_to(&self.topics.state, Lane::States as usize)
                .partition(partition)
                .key(key.as_str())
                .payload(state)
                .headers(OwnedHeaders::new_with_capacity(1).insert(form));
            self.enqueue(record, Lane::States)?;
        }
        Ok(())
    }

    /// Waits until so many records more may be on their way. A few that follow a few wait for nothing.
    fn make_room(&self, lane: Lane, records: usize) -> Result<(), Failure> {
        let others = self.window.saturating_sub(records);
        if self.deliveries().wait(lane, others, Instant::now() + COMMIT_WITHIN) {
            return Ok(());
        }
        let source = KafkaError::MessageProduction(RDKafkaErrorCode::OperationTimedOut);
        Err(Failure::kafka("take a record", source))
    }

    fn enqueue<P: ToBytes + ?Sized>(
        &self,
        record: BaseRecord<'_, str, P, usize>,
        lane: Lane,
    ) -> Result<(), Failure> {
        let deadline = Instant::now() + COMMIT_WITHIN;
        let mut record = record;
        loop {
            self.deliveries().sent(lane);
            let Err((source, same)) = self.producer.send(record) else { return Ok(()) };
            self.deliveries().arrived(lane);
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
        if ![Lane::Events, Lane::States].into_iter().all(|lane| self.deliveries().wait(lane, 0, deadline)) {
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
                Err(source) => return Err(kafka(self.deliveries().take_failure().unwrap_or(source))),
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

/// How many records the client puts into one request.
fn window(config: &ClientConfig) -> usize {
    config.get("batch.num.messages").and_then(|number| number.parse().ok()).unwrap_or(1).max(1)
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
