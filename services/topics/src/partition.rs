use std::marker::PhantomData;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::{Offset, TopicPartitionList};

use crate::error::Error;
use crate::settings::{Isolation, Purpose, Settings, Told};

/// How long a broker may take for one question.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What lies on a topic of ours: events, or checkpoints.
pub(crate) trait Lying: Sized {
    /// The topic on which it lies.
    fn topic(settings: &Settings) -> String;
    /// Reads a record of it.
    fn read<M: Message>(message: &M) -> Result<Self, Error>;
}

/// A consumer of one partition of a topic. It blocks: not for the threads of the runtime.
pub(crate) struct Partition<R> {
    consumer: BaseConsumer<Told>,
    topic: String,
    shard: u16,
    lying: PhantomData<fn() -> R>,
}

/// What came of a poll.
pub(crate) enum Polled<R> {
    Record(Box<R>),
    /// Everything that can be read now has been read.
    End,
    /// Nothing came in that time.
    Nothing,
}

impl<R: Lying> Partition<R> {
    pub(crate) fn new(
        settings: &Settings,
        shard: u16,
        isolation: Isolation,
        purpose: Purpose,
    ) -> Result<Self, Error> {
        let config = settings.consumer(isolation, purpose)?;
        let consumer = config.create_with_context(Told).map_err(Error::unavailable("take these settings"))?;
        Ok(Self { consumer, topic: R::topic(settings), shard, lying: PhantomData })
    }

    pub(crate) fn topic(&self) -> &str {
        &self.topic
    }

    pub(crate) fn shard(&self) -> u16 {
        self.shard
    }

    /// The first offset, and the one after the last that this consumer can see.
    pub(crate) fn bounds(&self) -> Result<(i64, i64), Error> {
        let asked = self.consumer.fetch_watermarks(&self.topic, i32::from(self.shard), ANSWER_WITHIN);
        asked.map_err(Error::unavailable("tell the bounds of a partition"))
    }

    /// Reads on from an offset.
    pub(crate) fn go_to(&self, offset: i64) -> Result<(), Error> {
        let mut place = TopicPartitionList::new();
        place
            .add_partition_offset(&self.topic, i32::from(self.shard), Offset::Offset(offset))
            .and_then(|()| self.consumer.assign(&place))
            .map_err(Error::unavailable("let a partition be assigned"))
    }

    pub(crate) fn poll(&self, wait: Duration) -> Result<Polled<R>, Error> {
        let deadline = Instant::now() + wait;
        loop {
            let polled = self.consumer.poll(deadline.saturating_duration_since(Instant::now()));
            match polled {
                None => return Ok(Polled::Nothing),
                Some(Ok(message)) => {
                    return R::read(&message).map(|record| Polled::Record(Box::new(record)));
                }
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(Polled::End),
                Some(Err(error)) if mends_itself(&error) => {
                    tracing::debug!(%error, shard = self.shard, "kafka consumer");
                }
                Some(Err(source)) => {
                    return Err(Error::Unavailable { doing: "give records of a partition", source });
                }
            }
            if Instant::now() >= deadline {
                return Ok(Polled::Nothing);
            }
        }
    }

    /// The first record from an offset on; nothing: the partition ends first.
    pub(crate) fn first_from(&self, offset: i64) -> Result<Option<R>, Error> {
        self.go_to(offset)?;
        match self.poll(ANSWER_WITHIN)? {
            Polled::Record(record) => Ok(Some(*record)),
            Polled::End => Ok(None),
            Polled::Nothing => Err(no_answer()),
        }
    }

    /// The last record between an offset and the partition's end.
    pub(crate) fn last_from(&self, offset: i64) -> Result<Option<R>, Error> {
        self.go_to(offset)?;
        let mut last = None;
        loop {
            match self.poll(ANSWER_WITHIN)? {
                Polled::Record(record) => last = Some(*record),
                Polled::End => return Ok(last),
                Polled::Nothing => return Err(no_answer()),
            }
        }
    }
}

pub(crate) fn no_answer() -> Error {
    let source = KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut);
    Error::Unavailable { doing: "give records of a partition", source }
}

/// What librdkafka tells and then mends by itself, such as one lost connection. That no broker at all is left is no such thing.
fn mends_itself(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::RequestTimedOut
                | RDKafkaErrorCode::NotLeaderForPartition
                | RDKafkaErrorCode::LeaderNotAvailable
                | RDKafkaErrorCode::ReplicaNotAvailable
                | RDKafkaErrorCode::FencedLeaderEpoch
                | RDKafkaErrorCode::UnknownLeaderEpoch
                | RDKafkaErrorCode::CoordinatorNotAvailable
                | RDKafkaErrorCode::CoordinatorLoadInProgress
                | RDKafkaErrorCode::GroupAuthorizationFailed
        )
    )
}
