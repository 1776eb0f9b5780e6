//! A topic of events, filled as the relay fills it: in transactions, a shard a partition, and some transactions given up.

use std::time::Duration;

use baohan_log::StoredEvent;
use baohan_servers::{Broker, fresh_prefix};
use baohan_topics::{Outgoing, Settings, Subject, ensure, key_of};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

/// How long the broker may take for a step.
const STEP: Duration = Duration::from_secs(30);
/// Events of one transaction.
const TRANSACTION: usize = 7;

pub struct Topic {
    settings: Settings,
}

/// How a transaction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Committed,
    GivenUp,
}

impl Topic {
    /// A fresh topic with so many shards.
    pub async fn with_shards(broker: &Broker, shards: u16) -> Self {
        let settings = Settings::new(broker.brokers.clone(), fresh_prefix());
        ensure(&settings, shards).await.unwrap();
        Self { settings }
    }

    pub fn brokers(&self) -> &str {
        &self.settings.brokers
    }

    pub fn prefix(&self) -> &str {
        &self.settings.topic_prefix
    }

    /// Publishes events in transactions; before every second one comes a transaction with the same records that is given up.
    pub async fn publishes(&self, events: Vec<StoredEvent>) {
        let (settings, topic) = (self.settings.clone(), self.settings.topics().events);
        let shards: std::collections::BTreeSet<u16> = events.iter().map(|event| event.shard).collect();
        let work = move || {
            for shard in shards {
                let config: ClientConfig = settings.producer(shard).unwrap();
                let producer: BaseProducer = config.create().unwrap();
                producer.init_transactions(STEP).unwrap();
                let of_shard: Vec<_> = events.iter().filter(|event| event.shard == shard).collect();
                for (number, transaction) in of_shard.chunks(TRANSACTION).enumerate() {
                    if number % 2 == 1 {
                        send(&producer, &topic, transaction, Ending::GivenUp);
                    }
                    send(&producer, &topic, transaction, Ending::Committed);
                }
            }
        };
        tokio::task::spawn_blocking(work).await.unwrap();
    }
}

fn send(producer: &BaseProducer, topic: &str, events: &[&StoredEvent], ending: Ending) {
    producer.begin_transaction().unwrap();
    for event in events {
        let subject = Subject { platform: Some("jyzx-demo".to_owned()), ..Subject::default() };
        let outgoing = Outgoing { event, leaf_hash: event.leaf_hash(), subject: &subject };
        let (key, headers) = (key_of(event.aggregate_id), outgoing.headers());
        let record = BaseRecord::to(topic)
            .partition(i32::from(event.shard))
            .key(&key)
            .payload(&event.payload)
            .headers(headers);
        producer.send(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(STEP).unwrap();
    match ending {
        Ending::Committed => producer.commit_transaction(STEP).unwrap(),
        Ending::GivenUp => producer.abort_transaction(STEP).unwrap(),
    }
}
