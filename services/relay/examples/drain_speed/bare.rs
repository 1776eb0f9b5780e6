use std::time::Duration;

use baohan_log::StoredEvent;
use baohan_topics::{Ready, Settings, Subject, Topics};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};

use crate::effort::{Effort, Watch};

/// As many as the relay puts in one transaction where many wait.
const TRANSACTION: usize = 20_000;
const WITHIN: Duration = Duration::from_mins(1);
/// How long between two looks whether all have arrived: the client's own flush looks but every tenth of a second.
const LOOK_AGAIN_AFTER: Duration = Duration::from_micros(100);

/// What suits one that has everything at hand: whole requests, as large as the client makes them by itself, and no wait for more.
const ITS_OWN: [(&str, &str); 2] = [("batch.num.messages", "10000"), ("linger.ms", "1")];

type States = Vec<(String, String)>;

/// A producer of one shard that knows nothing: its records are made, and lie in memory.
struct Bare {
    producer: ThreadedProducer<DefaultProducerContext>,
    topics: Topics,
    shard: i32,
    events: Vec<Ready>,
    states: Vec<(String, String, Option<OwnedHeaders>)>,
}

impl Bare {
    fn new(settings: &Settings, shard: u16, events: Vec<StoredEvent>, states: States) -> Self {
        let subject = Subject {
            platform: Some("jyzx-demo".to_owned()),
            application_no: Some("SN20260302000001".to_owned()),
            guarantee_no: Some("BH2026030200000001".to_owned()),
        };
        let form =
            || OwnedHeaders::new().insert(Header { key: "content-type", value: Some("application/json") });
        let mut config = settings.producer(shard).unwrap();
        for (key, value) in ITS_OWN {
            config.set(key, value);
        }
        let producer: ThreadedProducer<DefaultProducerContext> = config.create().unwrap();
        producer.init_transactions(WITHIN).unwrap();
        Self {
            producer,
            topics: settings.topics(),
            shard: i32::from(shard),
            events: events.into_iter().map(|event| Ready::of(event, [7; 32], &subject)).collect(),
            states: states.into_iter().map(|(key, state)| (key, state, Some(form()))).collect(),
        }
    }

    fn publish(&mut self) {
        let transactions = self.events.len().div_ceil(TRANSACTION).max(1);
        let states_each = self.states.len().div_ceil(transactions).max(1);
        let mut states = self.states.chunks_mut(states_each);
        for transaction in self.events.chunks_mut(TRANSACTION) {
            self.producer.begin_transaction().unwrap();
            for record in transaction {
                let sent = self.producer.send(record.record(&self.topics.events, ()));
                sent.map_err(|(error, _)| error).unwrap();
            }
            for (key, state, headers) in states.next().unwrap_or_default() {
                let record = BaseRecord::to(&self.topics.state)
                    .partition(self.shard)
                    .key(key.as_str())
                    .payload(state.as_str())
                    .headers(headers.take().unwrap());
                self.producer.send(record).map_err(|(error, _)| error).unwrap();
            }
            while self.producer.in_flight_count() > 0 {
                std::thread::park_timeout(LOOK_AGAIN_AFTER);
            }
            self.producer.commit_transaction(WITHIN).unwrap();
        }
    }
}

/// Publishes everything, each shard by a producer of its own, all at once. What is made ready before is not measured.
pub fn publish(settings: &Settings, shards: &[Vec<StoredEvent>], states: &[States]) -> Effort {
    let bare = |(shard, events): (u16, &Vec<StoredEvent>)| {
        let states = states.get(usize::from(shard)).cloned().unwrap_or_default();
        Bare::new(settings, shard, events.clone(), states)
    };
    let mut producers: Vec<Bare> = (0..).zip(shards).map(bare).collect();
    let watch = Watch::start();
    std::thread::scope(|scope| {
        for producer in &mut producers {
            scope.spawn(|| producer.publish());
        }
    });
    watch.stop()
}
