use std::collections::HashMap;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::error::Error;
use crate::finding::Finding;
use crate::names::Topics;
use crate::partition::ANSWER_WITHIN;
use crate::settings::{Isolation, Purpose, Settings, Told};
use crate::shape::{Shape, Standard, fits};

/// Where there are so many brokers, each record lies on three, and two must have it before it counts; where there are fewer,
/// on as many as there are.
const REPLICATION_WANTED: usize = 3;
/// How often it is asked whether a topic that was made is seen: ten seconds together.
const SEEN_ASKED_MAX: usize = 100;
const SEEN_ASKED_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// What the brokers have.
struct Cluster {
    brokers: usize,
    partitions: HashMap<String, usize>,
}

impl Cluster {
    fn replication(&self) -> usize {
        self.brokers.clamp(1, REPLICATION_WANTED)
    }
}

/// Makes the topics that are missing, and checks those that are there.
///
/// # Errors
/// [`Error::Topics`] names everything that breaks the contract; what is but advised is given back.
pub async fn ensure(settings: &Settings, shards: u16) -> Result<Vec<Finding>, Error> {
    provide(settings, |topics, replication| Shape::all(topics, shards, replication)).await
}

/// As [`ensure`], for the topic of checkpoints alone: whoever publishes them need not be the relay.
///
/// # Errors
/// As [`ensure`].
pub async fn ensure_checkpoints(settings: &Settings) -> Result<Vec<Finding>, Error> {
    provide(settings, |topics, replication| vec![Shape::checkpoints(topics, replication)]).await
}

async fn provide(
    settings: &Settings,
    shapes: impl Fn(&Topics, usize) -> Vec<Shape>,
) -> Result<Vec<Finding>, Error> {
    let cluster = cluster(settings).await?;
    let shapes = shapes(&settings.topics(), cluster.replication());
    let missing: Vec<&Shape> =
        shapes.iter().filter(|shape| !cluster.partitions.contains_key(&shape.topic)).collect();
    if !missing.is_empty() {
        create(settings, &missing, cluster.replication()).await?;
        wait_for(settings, &missing).await?;
    }
    let findings = compared(settings, &shapes).await?;
    let (refusing, advised): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.refuses);
    if refusing.is_empty() { Ok(advised) } else { Err(Error::Topics(refusing)) }
}

/// Everything that is other than it should be, missing topics included. Changes nothing.
///
/// # Errors
/// Where Kafka is away, or does not let us look.
pub async fn check(settings: &Settings, shards: u16) -> Result<Vec<Finding>, Error> {
    let replication = cluster(settings).await?.replication();
    compared(settings, &Shape::all(&settings.topics(), shards, replication)).await
}

async fn compared(settings: &Settings, shapes: &[Shape]) -> Result<Vec<Finding>, Error> {
    let cluster = cluster(settings).await?;
    let mut findings = Vec::new();
    let mut there = Vec::new();
    for shape in shapes {
        let finding = |key: &str, found: String, wanted: String| Finding {
            topic: shape.topic.clone(),
            key: key.to_owned(),
            found,
            wanted,
            refuses: true,
        };
        match cluster.partitions.get(&shape.topic) {
            None => findings.push(finding("topic", "missing".to_owned(), "there".to_owned())),
            Some(found) if *found != shape.partitions => {
                findings.push(finding("partitions", found.to_string(), shape.partitions.to_string()));
            }
            Some(_) => {}
        }
        if cluster.partitions.contains_key(&shape.topic) {
            there.push(shape);
        }
    }
    findings.extend(configured(settings, &there).await?);
    Ok(findings)
}

/// A topic that was made is known to every broker a moment later.
async fn wait_for(settings: &Settings, shapes: &[&Shape]) -> Result<(), Error> {
    for _ in 0..SEEN_ASKED_MAX {
        let cluster = cluster(settings).await?;
        if shapes.iter().all(|shape| cluster.partitions.contains_key(&shape.topic)) {
            return Ok(());
        }
        tokio::time::sleep(SEEN_ASKED_AGAIN_AFTER).await;
    }
    let source = KafkaError::MetadataFetch(RDKafkaErrorCode::OperationTimedOut);
    Err(Error::Unavailable { doing: "show the topics that it made", source })
}

async fn cluster(settings: &Settings) -> Result<Cluster, Error> {
    let config = settings.consumer(Isolation::Committed, Purpose::Seeking)?;
    let topics = settings.topics();
    let asking = tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer<Told> =
            config.create_with_context(Told).map_err(Error::unavailable("take these settings"))?;
        let mut cluster = Cluster { brokers: 0, partitions: HashMap::new() };
        for topic in [topics.events, topics.state, topics.checkpoints] {
            let answer = consumer
                .fetch_metadata(Some(&topic), ANSWER_WITHIN)
                .map_err(Error::unavailable("describe its topics"))?;
            cluster.brokers = answer.brokers().len();
            for found in answer.topics().iter().filter(|found| found.name() == topic) {
                match found.error().map(RDKafkaErrorCode::from) {
                    None => {
                        cluster.partitions.insert(topic.clone(), found.partitions().len());
                    }
                    Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {}
                    Some(code) => {
                        let source = KafkaError::MetadataFetch(code);
                        return Err(Error::Unavailable { doing: "describe its topics", source });
                    }
                }
            }
        }
        Ok(cluster)
    });
    asking.await.map_err(|_| Error::Ending)?
}

fn administrator(settings: &Settings) -> Result<AdminClient<DefaultClientContext>, Error> {
    settings.administrator()?.create().map_err(Error::unavailable("take these settings"))
}

fn within() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(ANSWER_WITHIN)).operation_timeout(Some(ANSWER_WITHIN))
}

async fn create(settings: &Settings, shapes: &[&Shape], replication: usize) -> Result<(), Error> {
    let administrator = administrator(settings)?;
    let copies = i32::try_from(replication).unwrap_or(1);
    let topics: Vec<NewTopic<'_>> = shapes
        .iter()
        .map(|shape| {
            let partitions = i32::try_from(shape.partitions).unwrap_or(i32::MAX);
            let topic = NewTopic::new(&shape.topic, partitions, TopicReplication::Fixed(copies));
            shape.standards.iter().fold(topic, |topic, standard| topic.set(standard.key, &standard.value))
        })
        .collect();
    let doing = "make topics";
    let results = administrator.create_topics(&topics, &within()).await.map_err(Error::unavailable(doing))?;
    for result in results {
        match result {
            Ok(topic) => tracing::info!(topic, "the topic was made"),
            // Another process was faster.
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                tracing::warn!(topic, error = %code, "the topic could not be made");
                return Err(Error::Unavailable { doing, source: KafkaError::AdminOp(code) });
            }
        }
    }
    Ok(())
}

/// Compares the topics' configuration. Who may publish need not be allowed to see it: then there is nothing to say.
async fn configured(settings: &Settings, shapes: &[&Shape]) -> Result<Vec<Finding>, Error> {
    if shapes.is_empty() {
        return Ok(Vec::new());
    }
    let administrator = administrator(settings)?;
    let resources: Vec<_> = shapes.iter().map(|shape| ResourceSpecifier::Topic(&shape.topic)).collect();
    let described = administrator
        .describe_configs(&resources, &within())
        .await
        .map_err(Error::unavailable("describe the configuration of topics"))?;
    let mut findings = Vec::new();
    for (shape, described) in shapes.iter().zip(described) {
        match described {
            Ok(resource) => {
                let map = resource.entry_map();
                let found = |key: &str| map.get(key).and_then(|entry| entry.value.as_deref());
                findings.extend(shape.standards.iter().filter_map(|standard| {
                    found(standard.key).and_then(|found| differing(shape, standard, found))
                }));
            }
            Err(code) => {
                tracing::info!(topic = shape.topic, error = %code, "the topic's configuration cannot be seen");
            }
        }
    }
    Ok(findings)
}

fn differing(shape: &Shape, standard: &Standard, found: &str) -> Option<Finding> {
    (!fits(standard, found)).then(|| Finding {
        topic: shape.topic.clone(),
        key: standard.key.to_owned(),
        found: found.to_owned(),
        wanted: standard.wanted(),
        refuses: standard.refuses,
    })
}
