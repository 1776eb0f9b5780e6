use baohan_topics::{
    CheckpointReader, Error, Settings, checkpoint_record, end_of_checkpoints, ensure_checkpoints,
};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};

use crate::stage::{WITHIN, fresh, make_topic};

const LEDGER: &str = "0b7f9a52-6a0c-4b0a-9f0e-3f0f0f0f0f0f";
const TIME_MS: i64 = 1_772_625_600_000;

fn note(number: u64) -> String {
    format!("baohan.checkpoint/1\nledger {LEDGER}\nnumber {number}\n\n— baohan/{LEDGER} AAAA\n")
}

/// A producer of checkpoints, as the sealer has it.
async fn hand(settings: &Settings) -> ThreadedProducer<DefaultProducerContext> {
    let settings = settings.clone();
    let making = tokio::task::spawn_blocking(move || {
        let producer: ThreadedProducer<_> = settings.checkpoint_producer().unwrap().create().unwrap();
        producer.init_transactions(WITHIN).unwrap();
        producer
    });
    making.await.unwrap()
}

fn publish(settings: &Settings, hand: &ThreadedProducer<DefaultProducerContext>, numbers: &[u64]) {
    hand.begin_transaction().unwrap();
    let topic = settings.topics().checkpoints;
    for number in numbers {
        let note = note(*number);
        let record = checkpoint_record(&topic, LEDGER, &note, TIME_MS);
        hand.send(record).map_err(|(error, _)| error).unwrap();
    }
    hand.commit_transaction(WITHIN).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_are_read_in_order_and_the_last_one_is_found() {
    let settings = fresh().await;
    ensure_checkpoints(&settings).await.unwrap();
    let end = end_of_checkpoints(&settings).await.unwrap();
    assert_eq!((end.last, end.first_offset, end.next_offset), (None, 0, 0));

    let hand = hand(&settings).await;
    publish(&settings, &hand, &[1, 2]);
    publish(&settings, &hand, &[3]);
    let last = end_of_checkpoints(&settings).await.unwrap().last.unwrap();
    assert_eq!((last.ledger.as_str(), last.note), (LEDGER, note(3)));

    let mut reader = CheckpointReader::open(&settings).await.unwrap();
    let mut read = Vec::new();
    while read.len() < 3 {
        read.extend(reader.next(2, WITHIN).await.unwrap().into_iter().map(|record| record.note));
    }
    assert_eq!(read, [note(1), note(2), note(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_of_checkpoints_that_is_compacted_or_in_parts_is_refused() {
    for (partitions, policy) in [(1, "compact"), (2, "delete")] {
        let settings = fresh().await;
        let topic = settings.topics().checkpoints;
        make_topic(&settings, &topic, partitions, &[("cleanup.policy", policy)]).await;
        let refused = ensure_checkpoints(&settings).await.unwrap_err();
        assert!(matches!(&refused, Error::Topics(findings) if findings.len() == 1), "{refused}");
        assert_eq!(refused.code(), "topic-misconfigured");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_checkpoint_is_named_with_its_offset() {
    let settings = fresh().await;
    ensure_checkpoints(&settings).await.unwrap();
    let hand = hand(&settings).await;
    hand.begin_transaction().unwrap();
    let topic = settings.topics().checkpoints;
    let nameless: BaseRecord<'_, (), str> =
        BaseRecord::to(&topic).partition(0).payload("a note without a key");
    hand.send(nameless).map_err(|(error, _)| error).unwrap();
    hand.commit_transaction(WITHIN).unwrap();
    match end_of_checkpoints(&settings).await {
        Err(Error::Record { topic: named, offset: 0, .. }) => assert_eq!(named, topic),
        other => panic!("{other:?}"),
    }
}
