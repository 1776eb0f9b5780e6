//! `[kafka]`: the brokers on which events are published. Absent: there is no Kafka.

use std::collections::BTreeMap;

use baohan_topics::{Error, Settings};

use super::secret;
use super::section::{Section, quoted};

/// Words in librdkafka's property names whose values are not shown.
const SENSITIVE: [&str; 6] = ["password", "secret", "pem", "jaas", "token", "oauthbearer"];
/// What the endings of a property's name say: its value stands elsewhere.
const ELSEWHERE: [&str; 2] = ["_env", "_file"];
/// How a shown secret reads.
const HIDDEN: &str = "***";
/// Where the brokers are, unless told otherwise.
const BROKERS: &str = "127.0.0.1:9092";
/// What the topics' names begin with, unless told otherwise.
const TOPIC_PREFIX: &str = "guarantee";

/// Reads the section.
pub fn read(section: &mut Section<'_>) -> Settings {
    let brokers = section.parsed("brokers", BROKERS.to_owned(), brokers);
    let topic_prefix = section.parsed("topic_prefix", TOPIC_PREFIX.to_owned(), prefix);
    let properties = section.optional_section("properties", properties).unwrap_or_default();
    Settings { brokers, topic_prefix, properties }
}

fn brokers(text: &str) -> Result<String, String> {
    let wrong = text.split(',').map(str::trim).find(|broker| {
        let port = broker.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        port.is_none_or(|(_, port)| port.parse::<u16>().is_err())
    });
    match wrong {
        None => Ok(text.to_owned()),
        Some(broker) => Err(format!("\"{broker}\" is no broker: HOST:PORT, several with commas between")),
    }
}

fn prefix(text: &str) -> Result<String, String> {
    told(&Settings::new(BROKERS, text)).map(|()| text.to_owned())
}

/// What the clients say of settings, without talking to anybody.
fn told(settings: &Settings) -> Result<(), String> {
    settings.check().map_err(|error| match error {
        Error::Setting { fault, .. } => fault,
        other => other.to_string(),
    })
}

/// Anything librdkafka takes, as texts. `NAME_env` and `NAME_file` say where a value stands.
fn properties(section: &mut Section<'_>) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for written in section.keys() {
        // Asked for, so that it is not called unknown as well.
        section.node(written);
        let name = ELSEWHERE.iter().find_map(|ending| written.strip_suffix(ending)).unwrap_or(written);
        if read.contains_key(name) {
            section.wrong_key(written, &format!("{name} is set twice"), None);
            continue;
        }
        let value = if name == written { plain(section, name) } else { elsewhere(section, name) };
        let Some(value) = value else { continue };
        let mut alone = Settings::new(BROKERS, TOPIC_PREFIX);
        alone.properties.insert(name.to_owned(), value.clone());
        if let Err(fault) = told(&alone) {
            section.wrong_key(written, &fault, None);
        }
        read.insert(name.to_owned(), value);
    }
    read
}

fn plain(section: &mut Section<'_>, name: &str) -> Option<String> {
    let node = section.node(name)?;
    let text = section.as_text(name, node)?;
    let is_secret = SENSITIVE.iter().any(|word| name.contains(word));
    section.understood(name, Some(quoted(if is_secret { HIDDEN } else { &text })));
    Some(text)
}

fn elsewhere(section: &mut Section<'_>, name: &str) -> Option<String> {
    secret::optional(section, name).map(|secret| secret.expose().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brokers_are_hosts_with_ports() {
        assert!(brokers("a:9092, b:9093,[::1]:9094").is_ok());
        for wrong in ["", "a", "a:", ":9092", "a:9092,", "a:x"] {
            assert!(brokers(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_prefix_is_what_kafka_takes_in_a_name() {
        assert!(prefix("guarantee").is_ok() && prefix("bank-1.guarantee_test").is_ok());
        for wrong in ["", "保函", "a b"] {
            assert!(prefix(wrong).is_err(), "{wrong}");
        }
    }
}
