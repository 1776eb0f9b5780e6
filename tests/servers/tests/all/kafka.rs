//! Kafka of our own: shared, killed, secured, and read by Kafka's own consumer.

use std::collections::BTreeMap;
use std::time::Duration;

use baohan_servers::{Access, Kafka, Manner, Security, console_consumer, fresh_prefix, kafka};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};

const WITHIN: Duration = Duration::from_secs(30);

fn config(access: &Access) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &access.brokers).set("broker.address.family", "v4");
    for (name, value) in &access.properties {
        config.set(name, value);
    }
    config
}

fn plain(brokers: &str) -> Access {
    Access { brokers: brokers.to_owned(), properties: BTreeMap::new() }
}

async fn make_topic(access: &Access, topic: &str, partitions: i32) {
    let admin: AdminClient<DefaultClientContext> = config(access).create().expect("an admin");
    let new = NewTopic::new(topic, partitions, TopicReplication::Fixed(1));
    let made = admin.create_topics([&new], &AdminOptions::new().operation_timeout(Some(WITHIN))).await;
    made.expect("an answer").remove(0).expect("a topic");
}

async fn send(producer: &FutureProducer, topic: &str, partition: i32, value: &str) {
    let headers = OwnedHeaders::new()
        .insert(Header { key: "ce_type", value: Some("baohan:guarantee,Issued") })
        .insert(Header { key: "ce_position", value: Some("1") });
    let record = FutureRecord::to(topic).partition(partition).key("key").payload(value).headers(headers);
    producer.send(record, WITHIN).await.expect("the record is taken");
}

#[tokio::test]
async fn the_console_consumer_reads_what_was_committed_and_nothing_else() {
    let access = plain(&kafka().await.brokers);
    let topic = format!("{}.events", fresh_prefix());
    make_topic(&access, &topic, 2).await;
    let producer: FutureProducer = config(&access).set("transactional.id", &topic).create().unwrap();
    producer.init_transactions(WITHIN).unwrap();
    for (value, is_kept) in [("{\"a\":1}", true), ("{\"b\":2}", false), ("{\"c\":\"中 文\"}", true)] {
        producer.begin_transaction().unwrap();
        send(&producer, &topic, 1, value).await;
        if is_kept {
            producer.commit_transaction(WITHIN).unwrap();
        } else {
            producer.abort_transaction(WITHIN).unwrap();
        }
    }
    let records = console_consumer(&access.brokers, &topic, 2).await;
    let values: Vec<_> = records.iter().map(|record| std::str::from_utf8(&record.value).unwrap()).collect();
    assert_eq!(values, ["{\"a\":1}", "{\"c\":\"中 文\"}"]);
    let first = &records[0];
    assert_eq!((first.partition, first.offset, first.key.as_slice()), (1, 0, b"key".as_slice()));
    assert_eq!(first.header("ce_type"), Some("baohan:guarantee,Issued"));
    assert_eq!(first.header("ce_position"), Some("1"));
}

#[tokio::test]
async fn a_record_that_was_acknowledged_survives_a_kill() {
    let mut kafka = Kafka::start().await;
    let access = kafka.access(Security::Plain);
    make_topic(&access, "kept", 1).await;
    let producer: FutureProducer = config(&access).create().unwrap();
    send(&producer, "kept", 0, "{\"a\":1}").await;
    kafka.kill();
    kafka.restart().await;
    send(&producer, "kept", 0, "{\"b\":2}").await;
    assert_eq!(kafka.console_consumer("kept", 2).await.len(), 2);
}

#[tokio::test]
async fn every_kind_of_security_lets_the_right_ones_in_and_no_others() {
    let kafka = Kafka::start_secured().await;
    make_topic(&kafka.access(Security::Plain), "secured", 1).await;
    let kinds =
        [Security::SaslPlain, Security::Scram256, Security::Scram512, Security::Tls, Security::ScramOverTls];
    for kind in kinds {
        let producer: FutureProducer = config(&kafka.access(kind)).create().unwrap();
        send(&producer, "secured", 0, "{}").await;
        let mut wrong = kafka.access(kind);
        let (name, value) = match kind {
            Security::Tls => ("ssl.ca.location", "/etc/ssl/certs/ca-certificates.crt"),
            _ => ("sasl.password", "wrong"),
        };
        wrong.properties.insert(name.to_owned(), value.to_owned());
        let producer: FutureProducer = config(&wrong).set("message.timeout.ms", "1500").create().unwrap();
        let record = FutureRecord::<str, str>::to("secured").payload("{}");
        assert!(producer.send(record, WITHIN).await.is_err(), "{kind:?} let a stranger in");
    }
    assert_eq!(kafka.console_consumer("secured", kinds.len()).await.len(), kinds.len());
}

#[tokio::test]
async fn behind_the_proxy_a_client_feels_every_manner_of_the_line() {
    let (kafka, proxy) = Kafka::start_behind_proxy().await;
    make_topic(&kafka.access(Security::Plain), "behind", 1).await;
    let access = plain(&proxy.address());
    let producer: FutureProducer = config(&access).set("socket.timeout.ms", "1000").create().unwrap();
    send(&producer, "behind", 0, "{\"a\":1}").await;
    for manner in [Manner::Hang, Manner::Reset, Manner::Cut] {
        proxy.set(manner);
        let impatient: FutureProducer = config(&access).set("message.timeout.ms", "500").create().unwrap();
        let record = FutureRecord::<str, str>::to("behind").partition(0).payload("{}");
        assert!(impatient.send(record, WITHIN).await.is_err(), "{manner:?} lets a record through");
        proxy.set(Manner::Pass);
        send(&producer, "behind", 0, "{\"b\":2}").await;
    }
    assert_eq!(kafka.console_consumer("behind", 4).await.len(), 4);
}
