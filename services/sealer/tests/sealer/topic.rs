use baohan_seal::SignedCheckpoint;
use baohan_sealer::{Outlets, Phase, Sealer};
use baohan_servers::{Kafka, fresh_prefix, kafka};
use baohan_topics::{CheckpointReader, Settings};

use crate::stage::{Stage, WITHIN, outlet, trouble};

fn onto(settings: &Settings) -> Outlets {
    Outlets { topic: Some(settings.clone()), ..Outlets::default() }
}

async fn fresh() -> Settings {
    Settings::new(kafka().await.brokers, fresh_prefix())
}

/// The topic holds what the store keeps, in order, each once.
pub async fn holds(stage: &Stage, settings: &Settings) -> usize {
    let kept = stage.log.kept_checkpoints(0, 1_000).await.unwrap();
    let mut reader = CheckpointReader::open(settings).await.unwrap();
    let mut read = Vec::new();
    while read.len() < kept.len() {
        let more = reader.next(100, WITHIN).await.unwrap();
        assert!(!more.is_empty(), "{} of {} came", read.len(), kept.len());
        read.extend(more);
    }
    assert!(reader.next(1, std::time::Duration::from_millis(300)).await.unwrap().is_empty(), "and no more");
    let ledger = stage.log.ledger().to_string();
    for (read, kept) in read.iter().zip(&kept) {
        assert_eq!((&read.ledger, &read.note), (&ledger, &kept.note));
    }
    read.len()
}

async fn seal(stage: &mut Stage, sealer: &Sealer, number: u128) {
    stage.lived(number..number + 1).await;
    sealer.step().await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_are_published_in_order_without_gap_or_duplicate_across_restarts() {
    let mut stage = Stage::new().await;
    let settings = fresh().await;
    for number in 0..6 {
        let sealer = stage.sealer(onto(&settings));
        seal(&mut stage, &sealer, 2 * number + 1).await;
        seal(&mut stage, &sealer, 2 * number + 2).await;
        assert_eq!(trouble(&sealer, "topic"), None);
    }
    assert_eq!(holds(&stage, &settings).await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sealers_that_oust_each_other_publish_each_checkpoint_once() {
    let mut stage = Stage::new().await;
    let settings = fresh().await;
    let sealers = [stage.sealer(onto(&settings)), stage.sealer(onto(&settings))];
    for number in 1..8 {
        stage.lived(number..number + 1).await;
        let (a, b) = tokio::join!(sealers[0].step(), sealers[1].step());
        assert!(a.is_ok() && b.is_ok());
    }
    // Whoever is asked last has the last word, and everything is there.
    sealers[0].step().await.unwrap();
    if trouble(&sealers[0], "topic").is_some() {
        sealers[0].step().await.unwrap();
    }
    assert_eq!(trouble(&sealers[0], "topic"), None);
    assert_eq!(holds(&stage, &settings).await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_was_away_gets_later_what_it_missed() {
    let mut kafka = Kafka::start().await;
    let settings = Settings::new(kafka.brokers(), fresh_prefix());
    let mut stage = Stage::new().await;
    let sealer = stage.sealer(onto(&settings));
    seal(&mut stage, &sealer, 1).await;
    assert_eq!(outlet(&sealer, "topic").taken, Some(1));
    kafka.kill();
    for number in 2..5 {
        seal(&mut stage, &sealer, number).await;
        assert_eq!(trouble(&sealer, "topic"), Some("kafka-unavailable"));
        assert_eq!(outlet(&sealer, "topic").phase, Phase::Failing);
    }
    kafka.restart().await;
    sealer.step().await.unwrap();
    assert_eq!((outlet(&sealer, "topic").taken, trouble(&sealer, "topic")), (Some(4), None));
    assert_eq!(holds(&stage, &settings).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_tells_another_story_gets_nothing_more() {
    let settings = fresh().await;
    let (mut one, mut other) = (Stage::new().await, Stage::new().await);
    let sealer = one.sealer(onto(&settings));
    seal(&mut one, &sealer, 1).await;
    let stranger = other.sealer(onto(&settings));
    seal(&mut other, &stranger, 1).await;
    assert_eq!(trouble(&stranger, "topic"), Some("topic-differs"));
    assert_eq!(outlet(&stranger, "topic").phase, Phase::Stopped);
    assert_eq!(holds(&one, &settings).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_ahead_of_a_restored_store_gets_nothing_more() {
    let settings = fresh().await;
    let mut stage = Stage::new().await;
    let sealer = stage.sealer(onto(&settings));
    seal(&mut stage, &sealer, 1).await;
    // The store as it is now, which somebody brings back later.
    let kept = stage.log.kept_checkpoints(0, 10).await.unwrap();
    let signed = SignedCheckpoint::parse(&kept[0].note).unwrap();
    let mut next = signed.checkpoint().clone();
    next.number = 2;
    next.previous = Some(signed.digest());
    let lost = SignedCheckpoint::sign(&next, &crate::stage::key(crate::stage::KEY)).unwrap();
    publish(&settings, &stage, &lost.note()).await;

    let restored = stage.sealer(onto(&settings));
    restored.step().await.unwrap();
    assert_eq!(trouble(&restored, "topic"), Some("topic-ahead-of-store"));
    // Going on with another second checkpoint does not make it the topic's.
    seal(&mut stage, &restored, 2).await;
    assert_eq!(trouble(&restored, "topic"), Some("topic-differs"));
}

/// Puts a note on the topic, as a sealer of a store that was lost did.
async fn publish(settings: &Settings, stage: &Stage, note: &str) {
    use rdkafka::producer::{Producer as _, ThreadedProducer};
    let (settings, ledger, note) = (settings.clone(), stage.log.ledger().to_string(), note.to_owned());
    let publishing = tokio::task::spawn_blocking(move || {
        let producer: ThreadedProducer<rdkafka::producer::DefaultProducerContext> =
            settings.checkpoint_producer().unwrap().create().unwrap();
        producer.init_transactions(WITHIN).unwrap();
        producer.begin_transaction().unwrap();
        let topic = settings.topics().checkpoints;
        let record = baohan_topics::checkpoint_record(&topic, &ledger, &note, 1_772_625_600_000);
        producer.send(record).map_err(|(error, _)| error).unwrap();
        producer.commit_transaction(WITHIN).unwrap();
    });
    publishing.await.unwrap();
}
