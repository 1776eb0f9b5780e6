use baohan_domain::upcast::UnreadableEvent;
use baohan_domain::{Event, Guarantee, evolve, upcast};
use baohan_log::StoredEvent;

use crate::keyring::Keyring;

/// A stored record and what it says.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The record as stored.
    pub stored: StoredEvent,
    /// The event that it holds.
    pub event: Event,
}

/// A guarantee's whole story.
#[derive(Debug, Clone)]
pub struct History {
    /// How it stands.
    pub guarantee: Guarantee,
    /// Its records in order.
    pub recorded: Vec<Recorded>,
    /// Its key.
    pub keyring: Keyring,
}

impl History {
    /// How many events there are.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.recorded.last().map_or(0, |newest| newest.stored.sequence)
    }

    /// The newest record.
    #[must_use]
    pub fn newest(&self) -> Option<&StoredEvent> {
        self.recorded.last().map(|newest| &newest.stored)
    }
}

/// Reads one stored record.
///
/// # Errors
/// A type or version that this ledger does not know, or a payload that does not fit.
pub fn read(stored: StoredEvent) -> Result<Recorded, UnreadableEvent> {
    let event = upcast::read(&stored.event_type, &stored.event_version, &stored.payload)?;
    Ok(Recorded { stored, event })
}

/// Reads records and folds them.
pub(crate) fn fold(stored: Vec<StoredEvent>, keyring: Keyring) -> Result<History, UnreadableEvent> {
    let recorded = stored.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let guarantee = recorded.iter().fold(Guarantee::default(), |state, record| evolve(state, &record.event));
    Ok(History { guarantee, recorded, keyring })
}
