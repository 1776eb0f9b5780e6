//! Projections that read the topic: published by the real relay, held by a real broker.

use std::sync::Arc;
use std::time::Duration;

use baohan_log::{Append, Log, StoredEvent};
use baohan_projections::{Options, Projection, Projections, Slice, timeline};
use baohan_relay::Relay;
use baohan_servers::{Kafka, fresh_prefix, kafka, until};
use baohan_topics::{Ready, Settings, Subject};
use rdkafka::producer::{DefaultProducerContext, Producer, ThreadedProducer};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::kind;
use crate::life::{self, id_of};
use crate::many::Running;
use crate::stage::{Stage, fill, hours, morning, new_event};

const LONG: Duration = Duration::from_mins(2);

struct Relaying {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Relaying {
    fn start(log: &Log, settings: &Settings) -> Self {
        let options = baohan_relay::Options::new(Arc::new(morning)).with_turn(Duration::from_secs(3));
        let relay = Relay::new(log.clone(), settings.clone(), options);
        let stop = CancellationToken::new();
        let token = stop.clone();
        Self { stop, task: tokio::spawn(async move { relay.run(token).await }) }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// The stage's projections, read from Kafka.
async fn from_kafka(stage: &Stage, settings: &Settings) -> (Projections, Running) {
    let options: Options = kind::options(stage.folder.path()).await.with_kafka(settings.clone());
    let projections = Projections::open(stage.log.clone(), options).await.unwrap();
    let running = Running::start(projections.runner().await.unwrap());
    (projections, running)
}

/// Where those that may read the topic read last.
async fn sources(projections: &Projections) -> Vec<Option<&'static str>> {
    let mut status = projections.status(morning()).await.unwrap();
    status.retain(|status| status.name != Projection::Seal.name());
    status.iter().flat_map(|status| &status.shards).map(|shard| shard.source).collect()
}

/// Appends until every shard is read there.
async fn reads(stage: &Stage, projections: &Projections, source: &'static str, number: &mut u32) {
    until(source, LONG, async || {
        fill(&stage.log, *number..*number + 20).await;
        *number += 20;
        projections.caught_up(LONG).await.unwrap();
        sources(projections).await.iter().all(|found| *found == Some(source)).then_some(())
    })
    .await;
}

fn settings(brokers: &str) -> Settings {
    Settings::new(brokers, fresh_prefix())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_relay_publishes_is_applied_as_the_store_has_it() {
    let mut stage = Stage::open().await;
    let settings = settings(&kafka().await.brokers);
    crate::lives::lives(&mut stage, usize::MAX).await;
    let relaying = Relaying::start(&stage.log, &settings);
    let (projections, running) = from_kafka(&stage, &settings).await;
    let mut number = 1_000;
    reads(&stage, &projections, "kafka", &mut number).await;
    // Whole lives, read from the topic.
    for number in 500..505 {
        stage.does(id_of(number), life::apply(number, morning())).await;
        stage.does(id_of(number), life::pay(hours(1))).await;
        stage.does(id_of(number), life::issue(number, baohan_domain::Form::Plain, hours(1))).await;
        stage.does(id_of(number), life::claim(number, None, hours(2))).await;
        stage.does(id_of(number), life::pay_claim(1, hours(3))).await;
    }
    projections.caught_up(LONG).await.unwrap();
    running.stop().await;
    relaying.stop().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_behind_is_not_waited_for_and_is_read_again_later() {
    let stage = Stage::open().await;
    let settings = settings(&kafka().await.brokers);
    baohan_topics::ensure(&settings, kind::SHARDS).await.unwrap();
    let (projections, running) = from_kafka(&stage, &settings).await;
    fill(&stage.log, 0..300).await;
    projections.caught_up(LONG).await.unwrap();
    assert!(sources(&projections).await.iter().all(|source| *source == Some("store")));
    let relaying = Relaying::start(&stage.log, &settings);
    let mut number = 1_000;
    reads(&stage, &projections, "kafka", &mut number).await;
    // The relay ends: the topic stands still from here on.
    relaying.stop().await;
    fill(&stage.log, number..number + 100).await;
    projections.caught_up(LONG).await.unwrap();
    running.stop().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_away_costs_some_seconds_and_comes_back_by_itself() {
    let stage = Stage::open().await;
    let mut broker = Kafka::start().await;
    let settings = settings(&broker.brokers());
    let relaying = Relaying::start(&stage.log, &settings);
    let (projections, running) = from_kafka(&stage, &settings).await;
    let mut number = 0;
    reads(&stage, &projections, "kafka", &mut number).await;
    broker.kill();
    reads(&stage, &projections, "store", &mut number).await;
    broker.restart().await;
    reads(&stage, &projections, "kafka", &mut number).await;
    running.stop().await;
    relaying.stop().await;
    stage.is_as_fresh().await;
}

/// Sends what the store does not hold, as only a fault or an older store could.
fn forge(settings: &Settings, event: StoredEvent, is_committed: bool) {
    let shard = event.shard;
    let producer: ThreadedProducer<DefaultProducerContext> =
        settings.producer(shard).unwrap().create().unwrap();
    producer.init_transactions(LONG).unwrap();
    producer.begin_transaction().unwrap();
    let mut record = Ready::of(event, [7; 32], &Subject::default());
    let events = settings.topics().events;
    producer.send(record.record(&events, ())).map_err(|(error, _)| error).unwrap();
    producer.flush(LONG).unwrap();
    if is_committed {
        producer.commit_transaction(LONG).unwrap();
    } else {
        producer.abort_transaction(LONG).unwrap();
    }
}

/// The event that would follow in a shard, as another story told it.
async fn another_story(stage: &Stage, shard: u16) -> StoredEvent {
    let head = stage.log.heads().await.unwrap()[usize::from(shard)];
    let mut event = stage.log.read(shard, head - 1, 1).await.unwrap().remove(0);
    event.position += 1;
    event.id = uuid::Uuid::now_v7();
    event.aggregate_id = uuid::Uuid::now_v7();
    event
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_tells_another_story_than_the_store_is_not_believed() {
    let stage = Stage::open().await;
    let settings = settings(&kafka().await.brokers);
    let relaying = Relaying::start(&stage.log, &settings);
    let (projections, running) = from_kafka(&stage, &settings).await;
    let mut number = 0;
    reads(&stage, &projections, "kafka", &mut number).await;
    relaying.stop().await;
    for shard in 0..kind::SHARDS {
        let (settings, forged) = (settings.clone(), another_story(&stage, shard).await);
        tokio::task::spawn_blocking(move || forge(&settings, forged, true)).await.unwrap();
    }
    // Ahead of the store it is not applied, and once the store has gone on it is not either.
    projections.caught_up(LONG).await.unwrap();
    fill(&stage.log, number..number + 50).await;
    projections.caught_up(LONG).await.unwrap();
    assert!(sources(&projections).await.iter().all(|source| *source == Some("store")));
    running.stop().await;
    stage.is_as_fresh().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_transaction_gave_up_is_never_seen() {
    let stage = Stage::open().await;
    let settings = settings(&kafka().await.brokers);
    let relaying = Relaying::start(&stage.log, &settings);
    let (projections, running) = from_kafka(&stage, &settings).await;
    let mut number = 0;
    reads(&stage, &projections, "kafka", &mut number).await;
    relaying.stop().await;
    for shard in 0..kind::SHARDS {
        let (settings, forged) = (settings.clone(), another_story(&stage, shard).await);
        tokio::task::spawn_blocking(move || forge(&settings, forged, false)).await.unwrap();
    }
    let relaying = Relaying::start(&stage.log, &settings);
    reads(&stage, &projections, "kafka", &mut number).await;
    running.stop().await;
    relaying.stop().await;
    stage.is_as_fresh().await;
}

/// An application that the store will take next, and the same as somebody bent it on its way to the topic.
async fn bent(stage: &Stage, number: u32) -> (Append, StoredEvent) {
    let aggregate_id = id_of(number).uuid();
    let event = new_event(
        "Applied",
        serde_json::to_string(&crate::stage::applied(&life::apply(number, morning()))).unwrap(),
    );
    let shard = baohan_log::shard_of(aggregate_id, kind::SHARDS);
    let bent = StoredEvent {
        id: event.id,
        aggregate_id,
        sequence: 1,
        event_type: event.event_type.clone(),
        event_version: event.event_version.clone(),
        payload: event.payload.clone(),
        metadata: r#"{"actor":"somebody else"}"#.to_owned(),
        shard,
        position: stage.log.heads().await.unwrap()[usize::from(shard)] + 1,
        recorded_at: morning(),
        incarnation: stage.log.incarnation(),
    };
    let append = Append {
        aggregate_id,
        expected_sequence: 0,
        events: vec![event],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    };
    (append, bent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_read_from_the_topic_is_sealed_as_the_store_has_it() {
    let stage = Stage::open().await;
    let settings = settings(&kafka().await.brokers);
    let relaying = Relaying::start(&stage.log, &settings);
    let (projections, running) = from_kafka(&stage, &settings).await;
    let mut number = 0;
    reads(&stage, &projections, "kafka", &mut number).await;
    relaying.stop().await;
    until("the topic is believed", LONG, async || {
        number += 1;
        let (append, bent) = bent(&stage, number).await;
        let guarantee = Some(append.aggregate_id);
        let settings = settings.clone();
        tokio::task::spawn_blocking(move || forge(&settings, bent, true)).await.unwrap();
        stage.log.append(append).await.unwrap();
        projections.caught_up(LONG).await.unwrap();
        let filter = timeline::Filter { guarantee, ..timeline::Filter::default() };
        let rows = projections.timeline(&filter, &Slice::first(1)).await.unwrap();
        (rows.items[0].actor.as_deref() == Some("somebody else")).then_some(())
    })
    .await;
    running.stop().await;
    crate::seal::is_the_stores(&stage).await;
    let status = projections.status(morning()).await.unwrap();
    let seal = status.iter().find(|status| status.name == Projection::Seal.name()).unwrap();
    assert!(seal.shards.iter().all(|shard| shard.source == Some("store")));
    let fresh = stage.fresh().await;
    let rows = async |projections: &Projections| projections.rows(Projection::Seal).await.unwrap();
    assert_eq!(rows(&projections).await, rows(&fresh).await);
    fresh.close().await;
}
