//! From stored bytes to events: one upcaster per (type, version) that is no longer written.

use cqrs_es::persist::{EventUpcaster, SemanticVersionEventUpcaster, SerializedEvent};

use crate::event::Event;

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

/// The upcasters, in the order of their versions; handed to cqrs-es's stores as well. All events are at their first
/// version, so there is none yet: the first change of a payload adds one here and a golden file beside the old one.
#[must_use]
pub fn upcasters() -> Vec<Box<dyn EventUpcaster>> {
    let upcasters: Vec<SemanticVersionEventUpcaster> = Vec::new();
    upcasters.into_iter().map(|upcaster| Box::new(upcaster) as Box<dyn EventUpcaster>).collect()
}

/// Reads a stored payload.
///
/// # Errors
/// What is unknown or bent is named; nothing is guessed.
pub fn read(event_type: &str, event_version: &str, payload: &str) -> Result<Event, UnreadableEvent> {
    let name = || (event_type.to_owned(), event_version.to_owned());
    let bent = |source| {
        let (event_type, event_version) = name();
        UnreadableEvent::Bent { event_type, event_version, source }
    };
    if Event::WRITTEN.contains(&(event_type, event_version)) {
        return serde_json::from_str(payload).map_err(bent);
    }
    let (found, version) = name();
    let upcasters = upcasters();
    let mut record = SerializedEvent {
        aggregate_id: String::new(),
        sequence: 0,
        aggregate_type: crate::event::AGGREGATE_TYPE.to_owned(),
        event_type: found.clone(),
        event_version: version.clone(),
        payload: serde_json::from_str(payload).map_err(bent)?,
        metadata: serde_json::Value::Null,
    };
    for upcaster in &upcasters {
        if upcaster.can_upcast(&record.event_type, &record.event_version) {
            record = upcaster.upcast(record);
        }
    }
    if !Event::WRITTEN.contains(&(record.event_type.as_str(), record.event_version.as_str())) {
        return Err(UnreadableEvent::Unknown { event_type: found, event_version: version });
    }
    serde_json::from_value(record.payload).map_err(bent)
}
