//! From stored bytes to events: one upcaster per (type, version) that is no longer written.

use cqrs_es::persist::{EventUpcaster, SerializedEvent};
use serde::de::Error as _;
use serde_json::Value;

use crate::event::{AGGREGATE_TYPE, Event};

/// Why a stored record is no event of ours.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableEvent {
    /// Neither a type and version that is written today nor one that an upcaster brings up.
    #[error("event {event_type} version {event_version} is unknown to this version of the ledger")]
    Unknown {
        /// The stored type.
        event_type: String,
        /// The stored version.
        event_version: String,
    },
    /// The payload is not what its type and version promise.
    #[error("payload of {event_type} version {event_version} does not fit its type")]
    Bent {
        /// The stored type.
        event_type: String,
        /// The stored version.
        event_version: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
}

/// The way up from one version of one event's payload to the next.
///
/// cqrs-es's own `SemanticVersionEventUpcaster` takes *every* lower version and writes three-part versions, so it would
/// guess at versions that never were and miss ours; this one takes exactly the version that it knows.
#[derive(Debug, Clone, Copy)]
pub struct Upcaster {
    /// The event's name.
    pub event_type: &'static str,
    /// The stored version that it takes.
    pub from: &'static str,
    /// The version that it makes of it.
    pub to: &'static str,
    /// What it does to the payload. It must take whatever was written at `from`.
    pub raise: fn(Value) -> Value,
}

impl EventUpcaster for Upcaster {
    fn can_upcast(&self, event_type: &str, event_version: &str) -> bool {
        event_type == self.event_type && event_version == self.from
    }

    fn upcast(&self, record: SerializedEvent) -> SerializedEvent {
        let (event_version, payload) = (self.to.to_owned(), (self.raise)(record.payload));
        SerializedEvent { event_version, payload, ..record }
    }
}

/// How a payload begins.
const TAG: &str = "{\"type\":";

/// Every way up, the lower version first. All events are at their first version, so there is none yet: the first change
/// of a payload adds one here, and a golden file beside the old one.
const WAYS_UP: &[Upcaster] = &[];

/// The upcasters, as cqrs-es's stores take them as well.
#[must_use]
pub fn upcasters() -> Vec<Box<dyn EventUpcaster>> {
    WAYS_UP.iter().map(|way| Box::new(*way) as Box<dyn EventUpcaster>).collect()
}

/// Reads a stored payload.
///
/// # Errors
/// What is unknown or bent is named; nothing is guessed.
pub fn read(event_type: &str, event_version: &str, payload: &str) -> Result<Event, UnreadableEvent> {
    read_with(&upcasters(), event_type, event_version, payload)
}

/// Reads a stored payload with upcasters of one's own: [`read`] with those of the ledger.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    upcasters: &[Box<dyn EventUpcaster>],
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<Event, UnreadableEvent> {
    let bent = |source| UnreadableEvent::Bent {
        event_type: event_type.to_owned(),
        event_version: event_version.to_owned(),
        source,
    };
    // Without a way through a `Value`, since this is the one way of nearly all records.
    let event = if is_written(event_type, event_version) {
        of_today(event_type, payload).map_err(bent)?
    } else {
        let risen = rise(upcasters, event_type, event_version, payload).map_err(bent)?;
        let unknown = || UnreadableEvent::Unknown {
            event_type: event_type.to_owned(),
            event_version: event_version.to_owned(),
        };
        serde_json::from_value(risen.ok_or_else(unknown)?).map_err(bent)?
    };
    let event: Event = event;
    if event.name() == event_type {
        Ok(event)
    } else {
        let told = format!("the payload calls itself {}", event.name());
        Err(bent(serde_json::Error::custom(told)))
    }
}

/// A payload as it is written today. Where its one tag stands in front, as it is written, its fields are read at once; by the tag
/// alone they would all be kept aside first.
fn of_today(event_type: &str, payload: &str) -> Result<Event, serde_json::Error> {
    let behind_the_tag = payload
        .strip_prefix(TAG)
        .and_then(|rest| rest.strip_prefix('"'))
        .and_then(|rest| rest.strip_prefix(event_type))
        .and_then(|rest| rest.strip_prefix('"'));
    if behind_the_tag.is_some_and(|rest| !rest.contains("\"type\""))
        && let Some(event) = Event::of_fields(event_type, payload)?
    {
        return Ok(event);
    }
    serde_json::from_str(payload)
}

fn is_written(event_type: &str, event_version: &str) -> bool {
    Event::WRITTEN.contains(&(event_type, event_version))
}

/// The payload at the version that is written today, or nothing where no upcaster leads there.
fn rise(
    upcasters: &[Box<dyn EventUpcaster>],
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<Option<Value>, serde_json::Error> {
    let mut record = SerializedEvent {
        aggregate_id: String::new(),
        sequence: 0,
        aggregate_type: AGGREGATE_TYPE.to_owned(),
        event_type: event_type.to_owned(),
        event_version: event_version.to_owned(),
        payload: Value::Null,
        metadata: Value::Null,
    };
    let applies = |upcaster: &dyn EventUpcaster, record: &SerializedEvent| {
        !is_written(&record.event_type, &record.event_version)
            && upcaster.can_upcast(&record.event_type, &record.event_version)
    };
    if upcasters.iter().any(|upcaster| applies(upcaster.as_ref(), &record)) {
        record.payload = serde_json::from_str(payload)?;
    }
    for upcaster in upcasters {
        if applies(upcaster.as_ref(), &record) {
            record = upcaster.upcast(record);
        }
    }
    Ok(is_written(&record.event_type, &record.event_version).then_some(record.payload))
}
