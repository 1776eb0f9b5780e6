use std::collections::BTreeMap;

use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;

use crate::error::Error;
use crate::names::{Topics, checkpoints_transactional_id, fault_of_prefix, transactional_id};

/// What the contract hangs on: nobody sets these but us.
const OURS: [&str; 20] = [
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "bootstrap.servers",
    "delivery.report.only.error",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "metadata.broker.list",
    "request.required.acks",
    "transactional.id",
];

/// Ours unless the institution says otherwise. Short waits, so that a broker that comes back is seen soon, and little is
/// held ahead, since each shard has a client of its own.
const DEFAULTS: [(&str, &str); 5] = [
    ("client.id", "baohan"),
    ("socket.keepalive.enable", "true"),
    ("socket.timeout.ms", "10000"),
    ("reconnect.backoff.ms", "50"),
    ("reconnect.backoff.max.ms", "2000"),
];
const READER_DEFAULTS: [(&str, &str); 5] = [
    ("fetch.wait.max.ms", "250"),
    ("fetch.error.backoff.ms", "100"),
    ("fetch.queue.backoff.ms", "10"),
    ("queued.max.messages.kbytes", "8192"),
    ("check.crcs", "true"),
];
/// For looking records up here and there: answers at once, little at a time.
const SEEKER_DEFAULTS: [(&str, &str); 4] = [
    ("fetch.wait.max.ms", "5"),
    ("fetch.error.backoff.ms", "50"),
    ("fetch.message.max.bytes", "65536"),
    ("queued.max.messages.kbytes", "128"),
];
/// A relay that dies in a transaction holds readers up for half a minute at most, where none takes its place. A request of so many
/// records is about half a megabyte: less than a broker takes at once, and long enough that few are needed. It goes out as soon as
/// it is full; records wait for company no longer than it takes to fill one, since a single one has a reader.
const PRODUCER_DEFAULTS: [(&str, &str); 4] = [
    ("transaction.timeout.ms", "30000"),
    ("message.max.bytes", "8000000"),
    ("batch.num.messages", "500"),
    ("linger.ms", "3"),
];

/// Properties whose values are secrets, by a part of their names.
const SECRET_PARTS: [&str; 6] = ["password", "secret", "pem", "jaas", "token", "oauthbearer"];

/// Where Kafka is, and how it is talked to.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Comma-separated `host:port` of some brokers.
    pub brokers: String,
    /// The first part of the topics' names.
    pub topic_prefix: String,
    /// Whatever librdkafka takes beside that: `security.protocol`, `sasl.*`, `ssl.*`, …
    pub properties: BTreeMap<String, String>,
}

/// Which records of a partition a consumer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// Those of finished transactions.
    Committed,
    /// All, up to the partition's end.
    Uncommitted,
}

/// What a consumer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read on and on.
    Reading,
    /// To look something up here and there.
    Seeking,
}

impl Settings {
    /// Settings without properties.
    #[must_use]
    pub fn new(brokers: impl Into<String>, topic_prefix: impl Into<String>) -> Self {
        Self { brokers: brokers.into(), topic_prefix: topic_prefix.into(), properties: BTreeMap::new() }
    }

    /// The topics' names.
    #[must_use]
    pub fn topics(&self) -> Topics {
        Topics::of(&self.topic_prefix)
    }

    /// Whether clients can be made of it at all, without talking to anybody.
    ///
    /// # Errors
    /// Names the key, and what is wrong with it: a property that is ours, or none of librdkafka's, or a value that it refuses.
    pub fn check(&self) -> Result<(), Error> {
        if self.brokers.trim().is_empty() {
            return Err(fault("brokers", "it is empty"));
        }
        if let Some(found) = fault_of_prefix(&self.topic_prefix) {
            return Err(fault("topic_prefix", found));
        }
        for (key, value) in &self.properties {
            let name = format!("properties.\"{key}\"");
            if OURS.contains(&key.as_str()) {
                return Err(fault(name, "what is on the topics hangs on it, so the ledger sets it itself"));
            }
            let alone = ClientConfig::new().set(key, value).create_native_config();
            if let Err(refused) = alone {
                return Err(fault(name, said(&refused)));
            }
        }
        Ok(())
    }

    /// How a shard's transactional producer is made.
    ///
    /// # Errors
    /// As [`Settings::check`].
    pub fn producer(&self, shard: u16) -> Result<ClientConfig, Error> {
        self.transactional(transactional_id(&self.topic_prefix, shard))
    }

    /// How the transactional producer of checkpoints is made.
    ///
    /// # Errors
    /// As [`Settings::check`].
    pub fn checkpoint_producer(&self) -> Result<ClientConfig, Error> {
        self.transactional(checkpoints_transactional_id(&self.topic_prefix))
    }

    fn transactional(&self, id: String) -> Result<ClientConfig, Error> {
        let mut config = self.client(&PRODUCER_DEFAULTS)?;
        config.set("enable.idempotence", "true").set("acks", "all").set("transactional.id", id);
        Ok(config)
    }

    /// How a client that asks for and makes topics is made.
    pub(crate) fn administrator(&self) -> Result<ClientConfig, Error> {
        self.client(&[])
    }

    /// How a consumer is made.
    pub(crate) fn consumer(&self, isolation: Isolation, purpose: Purpose) -> Result<ClientConfig, Error> {
        let defaults: &[_] = match purpose {
            Purpose::Reading => &READER_DEFAULTS,
            Purpose::Seeking => &SEEKER_DEFAULTS,
        };
        let mut config = self.client(defaults)?;
        if purpose == Purpose::Seeking {
            // What the institution set for reading is not for looking things up.
            for (key, value) in SEEKER_DEFAULTS {
                config.set(key, value);
            }
        }
        let level = match isolation {
            Isolation::Committed => "read_committed",
            Isolation::Uncommitted => "read_uncommitted",
        };
        config
            .set("isolation.level", level)
            // Partitions are assigned by hand and offsets are kept with the rows: the group is but a name that the client asks for.
            .set("group.id", format!("{}-ledger", self.topic_prefix))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "error")
            .set("allow.auto.create.topics", "false");
        Ok(config)
    }

    fn client(&self, defaults: &[(&str, &str)]) -> Result<ClientConfig, Error> {
        self.check()?;
        let mut config = ClientConfig::new();
        for (key, value) in DEFAULTS.iter().chain(defaults) {
            config.set(*key, *value);
        }
        for (key, value) in &self.properties {
            config.set(key, value);
        }
        config.set("bootstrap.servers", &self.brokers);
        config.set_log_level(RDKafkaLogLevel::Warning);
        Ok(config)
    }
}

fn fault(key: impl Into<String>, fault: impl Into<String>) -> Error {
    Error::Setting { key: key.into(), fault: fault.into() }
}

/// What librdkafka says of a property; never its value, which may be a secret.
fn said(refused: &rdkafka::error::KafkaError) -> String {
    match refused {
        rdkafka::error::KafkaError::ClientConfig(_, description, _, value) if !value.is_empty() => {
            description.replace(value.as_str(), "…")
        }
        rdkafka::error::KafkaError::ClientConfig(_, description, ..) => description.clone(),
        other => other.to_string(),
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let is_secret = |key: &str| SECRET_PARTS.iter().any(|part| key.contains(part));
        let shown: BTreeMap<&str, &str> = self
            .properties
            .iter()
            .map(|(key, value)| (key.as_str(), if is_secret(key) { "…" } else { value }))
            .collect();
        formatter
            .debug_struct("Settings")
            .field("brokers", &self.brokers)
            .field("topic_prefix", &self.topic_prefix)
            .field("properties", &shown)
            .finish()
    }
}

/// Where clients' own words go: to the log, as lines of the ledger.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told;

impl ClientContext for Told {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        match level {
            // Properties of producers in consumers and the other way round, since both are made of one set.
            _ if facility == "CONFWARN" => tracing::debug!(facility, "kafka client: {line}"),
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error => tracing::warn!(facility, "kafka client: {line}"),
            RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
                tracing::info!(facility, "kafka client: {line}");
            }
            RDKafkaLogLevel::Debug => tracing::debug!(facility, "kafka client: {line}"),
        }
    }

    fn error(&self, error: rdkafka::error::KafkaError, reason: &str) {
        tracing::info!(%error, "kafka client: {reason}");
    }
}

impl rdkafka::consumer::ConsumerContext for Told {}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: &str) -> Settings {
        let mut settings = Settings::new("127.0.0.1:9092", "guarantee");
        settings.properties.insert(key.to_owned(), value.to_owned());
        settings
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut settings = with("sasl.password", "hunter2");
        settings.properties.insert("ssl.key.pem".to_owned(), "-----BEGIN".to_owned());
        settings.properties.insert("sasl.username".to_owned(), "ledger".to_owned());
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("BEGIN"), "{shown}");
        assert!(shown.contains("ledger") && shown.contains("127.0.0.1:9092"), "{shown}");
    }

    #[test]
    fn what_the_contract_hangs_on_cannot_be_set() {
        for key in OURS {
            let refused = with(key, "1").check().unwrap_err();
            assert!(refused.to_string().contains(key), "{refused}");
            assert_eq!(refused.code(), "kafka-setting");
        }
    }

    #[test]
    fn a_property_that_librdkafka_does_not_know_is_named() {
        let refused = with("sasl.pasword", "x").check().unwrap_err().to_string();
        assert!(refused.contains("sasl.pasword") && refused.contains("No such"), "{refused}");
    }

    #[test]
    fn a_value_that_librdkafka_refuses_is_told_without_the_value() {
        let refused = with("security.protocol", "carrier-pigeon").check().unwrap_err().to_string();
        assert!(refused.contains("security.protocol") && !refused.contains("carrier-pigeon"), "{refused}");
    }

    #[test]
    fn the_institutions_properties_go_over_the_defaults_and_ours_over_all() {
        let settings = with("socket.timeout.ms", "5000");
        let producer = settings.producer(2).unwrap();
        assert_eq!(producer.get("socket.timeout.ms"), Some("5000"));
        assert_eq!(producer.get("transactional.id"), Some("guarantee-relay-2"));
        assert_eq!(producer.get("acks"), Some("all"));
        let sealer = settings.checkpoint_producer().unwrap();
        assert_eq!(sealer.get("transactional.id"), Some("guarantee-sealer"));
        assert_eq!((sealer.get("acks"), sealer.get("enable.idempotence")), (Some("all"), Some("true")));
        let consumer = settings.consumer(Isolation::Committed, Purpose::Reading).unwrap();
        assert_eq!(consumer.get("isolation.level"), Some("read_committed"));
        assert_eq!(consumer.get("enable.auto.commit"), Some("false"));
    }

    #[test]
    fn empty_brokers_and_a_wrong_prefix_are_named() {
        assert!(Settings::new(" ", "guarantee").check().unwrap_err().to_string().contains("brokers"));
        assert!(Settings::new("a:1", "a b").check().unwrap_err().to_string().contains("topic_prefix"));
    }
}
