use std::borrow::Cow;
use std::fmt::Write;

use baohan_log::StoredEvent;
use chrono::{DateTime, SecondsFormat, Utc};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::BaseRecord;
use rdkafka::util::IntoOpaque;
use serde::Deserialize;
use uuid::Uuid;

use crate::error::Error;
use crate::headers;
use crate::partition::Lying;
use crate::settings::Settings;
use crate::subject::Subject;

/// Room for the longest value of most records: a leaf hash.
const VALUE_BYTES_USUAL: usize = 64;

/// An event as the topic has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The event. Its metadata hold what the headers carry: actor, correlation and causation.
    pub event: StoredEvent,
    /// The Merkle leaf of the stored record, which names more than the topic carries.
    pub leaf_hash: [u8; 32],
    /// The guarantee's numbers as they were known then.
    pub subject: Subject,
    /// The record's offset in the partition.
    pub offset: i64,
}

/// An event that is to go on the topic.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    /// The event as it is stored.
    pub event: &'a StoredEvent,
    /// Its Merkle leaf.
    pub leaf_hash: [u8; 32],
    /// The guarantee's numbers after it.
    pub subject: &'a Subject,
}

/// What of the metadata goes into headers.
#[derive(Default, Deserialize)]
struct Metadata<'a> {
    #[serde(default, borrow)]
    actor: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    correlation_id: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    causation_id: Option<Cow<'a, str>>,
}

impl Outgoing<'_> {
    /// The record's headers, in the order of [`headers::ALL`].
    #[must_use]
    pub fn headers(&self) -> OwnedHeaders {
        let event = self.event;
        let metadata: Metadata<'_> = serde_json::from_str(&event.metadata).unwrap_or_default();
        let mut writing = Writing::new();
        writing.put(headers::SPEC_VERSION, headers::SPEC_VERSION_VALUE);
        let mut id = Uuid::encode_buffer();
        writing.put(headers::ID, event.id.hyphenated().encode_lower(&mut id));
        writing.put_joined(headers::TYPE, &[headers::TYPE_PREFIX, &event.event_type]);
        writing.put(headers::SOURCE, headers::SOURCE_VALUE);
        writing.put(headers::SUBJECT, event.aggregate_id.hyphenated().encode_lower(&mut id));
        writing.put(headers::TIME, &event.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true));
        let schema = [headers::SCHEMA_PREFIX, &event.event_type, ":", &event.event_version];
        writing.put_joined(headers::DATA_SCHEMA, &schema);
        writing.write(headers::SEQUENCE, format_args!("{}", event.sequence));
        writing.write(headers::SHARD, format_args!("{}", event.shard));
        writing.write(headers::POSITION, format_args!("{}", event.position));
        writing.put_known(headers::PLATFORM, self.subject.platform.as_deref());
        writing.put_known(headers::APPLICATION_NO, self.subject.application_no.as_deref());
        writing.put_known(headers::GUARANTEE_NO, self.subject.guarantee_no.as_deref());
        writing.put_known(headers::ACTOR, metadata.actor.as_deref());
        writing.put_known(headers::CORRELATION_ID, metadata.correlation_id.as_deref());
        writing.put_known(headers::CAUSATION_ID, metadata.causation_id.as_deref());
        writing.put(headers::INCARNATION, event.incarnation.hyphenated().encode_lower(&mut id));
        writing.put_hex(headers::LEAF_HASH, &self.leaf_hash);
        writing.put(headers::CONTENT_TYPE, headers::CONTENT_TYPE_VALUE);
        writing.headers.unwrap_or_default()
    }
}

/// A record of the topic of events, whole, ready to be sent.
#[derive(Debug)]
pub struct Ready {
    partition: i32,
    key: String,
    payload: String,
    timestamp_ms: i64,
    headers: Option<OwnedHeaders>,
}

impl Ready {
    /// Makes the record of an event.
    #[must_use]
    pub fn of(event: StoredEvent, leaf_hash: [u8; 32], subject: &Subject) -> Self {
        let headers = Outgoing { event: &event, leaf_hash, subject }.headers();
        Self {
            partition: i32::from(event.shard),
            key: key_of(event.aggregate_id),
            timestamp_ms: event.recorded_at.timestamp_millis(),
            payload: event.payload,
            headers: Some(headers),
        }
    }

    /// The record for the producer; `opaque` comes back with its report. The headers go with it, so it is made once.
    #[must_use]
    pub fn record<'a, O: IntoOpaque>(&'a mut self, topic: &'a str, opaque: O) -> BaseRecord<'a, str, str, O> {
        let record = BaseRecord::with_opaque_to(topic, opaque)
            .partition(self.partition)
            .key(self.key.as_str())
            .payload(self.payload.as_str())
            .timestamp(self.timestamp_ms);
        match self.headers.take() {
            Some(headers) => record.headers(headers),
            None => record,
        }
    }
}

/// The key of all records of a guarantee, on every topic.
#[must_use]
pub fn key_of(guarantee: Uuid) -> String {
    guarantee.to_string()
}

/// Headers in the making, and the place where values are written, since there are many of both.
struct Writing {
    headers: Option<OwnedHeaders>,
    value: String,
}

impl Writing {
    fn new() -> Self {
        Self {
            headers: Some(OwnedHeaders::new_with_capacity(headers::ALL.len())),
            value: String::with_capacity(VALUE_BYTES_USUAL),
        }
    }

    fn put(&mut self, key: &str, value: &str) {
        let headers = self.headers.take().unwrap_or_default();
        self.headers = Some(headers.insert(Header { key, value: Some(value) }));
    }

    fn write(&mut self, key: &str, value: std::fmt::Arguments<'_>) {
        let mut text = std::mem::take(&mut self.value);
        text.clear();
        // Writing to a string does not fail.
        let _ = text.write_fmt(value);
        self.put(key, &text);
        self.value = text;
    }

    /// A value of parts, one behind the other.
    fn put_joined(&mut self, key: &str, parts: &[&str]) {
        let mut text = std::mem::take(&mut self.value);
        text.clear();
        text.extend(parts.iter().copied());
        self.put(key, &text);
        self.value = text;
    }

    fn put_hex(&mut self, key: &str, hash: &[u8; 32]) {
        let mut digits = [0; 64];
        // Two digits a byte fit exactly, and are ASCII.
        if hex::encode_to_slice(hash, &mut digits).is_ok() {
            self.put(key, str::from_utf8(&digits).unwrap_or_default());
        }
    }

    /// `CloudEvents` knows no empty attributes: what is not known has no header.
    fn put_known(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.put(key, value);
        }
    }
}

impl Published {
    /// Reads a record of the topic of events.
    ///
    /// # Errors
    /// A record that lacks a header or the value, or whose header says what cannot be.
    pub fn read<M: Message>(message: &M) -> Result<Self, Error> {
        parsed(message).map_err(|fault| Error::Record {
            topic: message.topic().to_owned(),
            shard: u16::try_from(message.partition()).unwrap_or_default(),
            offset: message.offset(),
            fault,
        })
    }
}

impl Lying for Published {
    fn topic(settings: &Settings) -> String {
        settings.topics().events
    }

    fn read<M: Message>(message: &M) -> Result<Self, Error> {
        Self::read(message)
    }
}

fn parsed<M: Message>(message: &M) -> Result<Published, String> {
    let found = Found::of(message)?;
    let payload = message.payload().ok_or("it has no value")?;
    let event_type = found.needed(headers::TYPE)?;
    let event_type = event_type.strip_prefix(headers::TYPE_PREFIX).ok_or("its type is none of ours")?;
    let schema = found.needed(headers::DATA_SCHEMA)?;
    let named = schema.strip_prefix(headers::SCHEMA_PREFIX).and_then(|named| named.rsplit_once(':'));
    let (_, event_version) =
        named.filter(|(name, _)| *name == event_type).ok_or("its schema is not its type's")?;
    let shard: u16 = found.number(headers::SHARD)?;
    if i32::from(shard) != message.partition() {
        return Err(format!("it says shard {shard}"));
    }
    let mut leaf_hash = [0; 32];
    let leaf = found.needed(headers::LEAF_HASH)?;
    hex::decode_to_slice(leaf, &mut leaf_hash).map_err(|bent| format!("its leaf hash: {bent}"))?;
    let time = found.needed(headers::TIME)?;
    let recorded_at = DateTime::parse_from_rfc3339(time).map_err(|bent| format!("its time: {bent}"))?;
    let event = StoredEvent {
        id: found.uuid(headers::ID)?,
        aggregate_id: found.uuid(headers::SUBJECT)?,
        sequence: found.number(headers::SEQUENCE)?,
        event_type: event_type.to_owned(),
        event_version: event_version.to_owned(),
        payload: std::str::from_utf8(payload).map_err(|bent| format!("its value: {bent}"))?.to_owned(),
        metadata: found.metadata(),
        shard,
        position: found.number(headers::POSITION)?,
        recorded_at: recorded_at.with_timezone(&Utc),
        incarnation: found.uuid(headers::INCARNATION)?,
    };
    let known = |name| found.value(name).map(str::to_owned);
    let subject = Subject {
        platform: known(headers::PLATFORM),
        application_no: known(headers::APPLICATION_NO),
        guarantee_no: known(headers::GUARANTEE_NO),
    };
    Ok(Published { event, leaf_hash, subject, offset: message.offset() })
}

/// The headers of a record, those that are no text aside.
struct Found<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Found<'a> {
    fn of<M: Message>(message: &'a M) -> Result<Self, String> {
        let headers = message.headers().ok_or("it has no headers")?;
        let texts = headers
            .iter()
            .filter_map(|header| Some((header.key, std::str::from_utf8(header.value?).ok()?)))
            .collect();
        Ok(Self(texts))
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    fn needed(&self, name: &str) -> Result<&'a str, String> {
        self.value(name).ok_or_else(|| format!("it has no {name}"))
    }

    fn number<N: std::str::FromStr>(&self, name: &str) -> Result<N, String> {
        self.needed(name)?.parse().map_err(|_| format!("its {name} is no number"))
    }

    fn uuid(&self, name: &str) -> Result<Uuid, String> {
        self.needed(name)?.parse().map_err(|bent| format!("its {name}: {bent}"))
    }

    /// What the headers carry of the metadata, as the flat object that the store has.
    fn metadata(&self) -> String {
        let mut fields = serde_json::Map::new();
        for (name, header) in [
            ("actor", headers::ACTOR),
            ("correlation_id", headers::CORRELATION_ID),
            ("causation_id", headers::CAUSATION_ID),
        ] {
            if let Some(value) = self.value(header) {
                fields.insert(name.to_owned(), value.into());
            }
        }
        serde_json::Value::Object(fields).to_string()
    }
}
