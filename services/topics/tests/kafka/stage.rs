//! Topics under a fresh prefix, and a hand that writes to them as the relay does.

use std::time::Duration;

use baohan_log::StoredEvent;
use baohan_topics::{Ready, Settings, Subject};
use chrono::{DateTime, TimeDelta};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use uuid::Uuid;

pub const WITHIN: Duration = Duration::from_secs(30);

/// Settings of a prefix that nobody has.
pub async fn fresh() -> Settings {
    Settings::new(baohan_servers::kafka().await.brokers, baohan_servers::fresh_prefix())
}

/// Settings whose topics are there.
pub async fn ready(shards: u16) -> Settings {
    let settings = fresh().await;
    baohan_topics::ensure(&settings, shards).await.unwrap();
    settings
}

/// An event as a store would have it.
pub fn event(shard: u16, position: u64) -> StoredEvent {
    StoredEvent {
        id: Uuid::from_u128(u128::from(position)),
        aggregate_id: Uuid::from_u128(u128::from(position % 7)),
        sequence: position / 7 + 1,
        event_type: "Annotated".to_owned(),
        event_version: "1.0".to_owned(),
        payload: format!("{{\"type\":\"Annotated\",\"text\":\"第{position}条\"}}"),
        metadata: "{\"actor\":\"office\"}".to_owned(),
        shard,
        position,
        recorded_at: DateTime::from_timestamp(1_772_625_600, 0).unwrap()
            + TimeDelta::microseconds(i64::try_from(position).unwrap()),
        incarnation: Uuid::nil(),
    }
}

/// The leaf hash that [`Hand`] writes for a position.
pub fn leaf(position: u64) -> [u8; 32] {
    let mut leaf = [0; 32];
    leaf[..8].copy_from_slice(&position.to_be_bytes());
    leaf
}

/// A transactional producer of one shard.
pub struct Hand {
    pub producer: ThreadedProducer<DefaultProducerContext>,
    pub settings: Settings,
    shard: u16,
}

impl Hand {
    pub async fn of(settings: &Settings, shard: u16) -> Self {
        let settings = settings.clone();
        let making = tokio::task::spawn_blocking(move || {
            let producer: ThreadedProducer<_> = settings.producer(shard).unwrap().create().unwrap();
            producer.init_transactions(WITHIN).unwrap();
            Self { producer, settings, shard }
        });
        making.await.unwrap()
    }

    pub fn begin(&self) {
        self.producer.begin_transaction().unwrap();
    }

    /// Sends positions within a transaction that is open.
    pub fn send(&self, positions: impl IntoIterator<Item = u64>) {
        for position in positions {
            let mut record = Ready::of(event(self.shard, position), leaf(position), &Subject::default());
            let events = self.settings.topics().events;
            self.producer.send(record.record(&events, ())).map_err(|(error, _)| error).unwrap();
        }
        self.producer.flush(WITHIN).unwrap();
    }

    /// Sends what is none of ours.
    pub fn send_foreign(&self, value: &str) {
        let events = self.settings.topics().events;
        let record = BaseRecord::to(&events).partition(i32::from(self.shard)).key("k").payload(value);
        self.producer.send(record).map_err(|(error, _)| error).unwrap();
        self.producer.flush(WITHIN).unwrap();
    }

    pub fn commit(&self) {
        self.producer.commit_transaction(WITHIN).unwrap();
    }

    pub fn abort(&self) {
        self.producer.abort_transaction(WITHIN).unwrap();
    }

    /// Positions in one transaction.
    pub fn publish(&self, positions: impl IntoIterator<Item = u64>) {
        self.begin();
        self.send(positions);
        self.commit();
    }

    /// Positions in one transaction that is given up.
    pub fn publish_in_vain(&self, positions: impl IntoIterator<Item = u64>) {
        self.begin();
        self.send(positions);
        self.abort();
    }
}

/// Makes a topic as somebody else would.
pub async fn make_topic(settings: &Settings, topic: &str, partitions: i32, config: &[(&str, &str)]) {
    let client: AdminClient<DefaultClientContext> =
        rdkafka::ClientConfig::new().set("bootstrap.servers", &settings.brokers).create().unwrap();
    let topic = config
        .iter()
        .fold(NewTopic::new(topic, partitions, TopicReplication::Fixed(1)), |topic, (key, value)| {
            topic.set(key, value)
        });
    let made = client.create_topics([&topic], &AdminOptions::new().operation_timeout(Some(WITHIN))).await;
    made.unwrap().remove(0).unwrap();
}
