use std::collections::HashMap;
use std::sync::Arc;

use baohan_domain::upcast::{self, UnreadableEvent};
use baohan_domain::{Guarantee, evolve_into};
use baohan_log::Log;
use futures::{StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::error::Error;

/// Streams of the log that are read at once, for guarantees that were last touched long ago.
const STREAMS_AT_ONCE: usize = 16;

/// A guarantee and its version (the sequence of the event that made it so).
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub version: u64,
    /// The position of its first event, under which its row stands.
    pub begins: u64,
    pub guarantee: Arc<Guarantee>,
}

impl Known {
    /// The guarantee as it was before its event number `sequence`, as the log says; or why an event before cannot be read.
    pub(crate) async fn from_log(
        log: &Log,
        id: Uuid,
        sequence: u64,
    ) -> Result<Result<Self, UnreadableEvent>, Error> {
        let events = log.load(id).await?.events;
        let begins = events.first().map_or(0, |first| first.position);
        let mut guarantee = Guarantee::default();
        for stored in events.iter().take_while(|stored| stored.sequence < sequence) {
            match upcast::read(&stored.event_type, &stored.event_version, &stored.payload) {
                Ok(event) => guarantee = evolve_into(guarantee, event),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(Self { version: sequence.saturating_sub(1), begins, guarantee: Arc::new(guarantee) }))
    }

    /// As many as are asked for, several at once; each with its outcome.
    pub(crate) async fn all_from_log(
        log: &Log,
        missing: Vec<(Uuid, u64)>,
    ) -> Result<Vec<(Uuid, u64, Result<Self, UnreadableEvent>)>, Error> {
        let loads = futures::stream::iter(missing).map(|(id, sequence)| async move {
            Ok((id, sequence, Self::from_log(log, id, sequence).await?))
        });
        loads.buffer_unordered(STREAMS_AT_ONCE).try_collect().await
    }
}

/// The guarantees touched last. Two generations: what is touched moves to the young one, and when that is full the old
/// one is forgotten. Between one and two capacities are remembered.
#[derive(Debug)]
pub(crate) struct States {
    young: HashMap<Uuid, Known>,
    old: HashMap<Uuid, Known>,
    capacity: usize,
}

impl States {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), capacity }
    }

    pub(crate) fn get(&mut self, id: Uuid) -> Option<Known> {
        if let Some(known) = self.young.get(&id) {
            return Some(known.clone());
        }
        let known = self.old.remove(&id)?;
        self.put(id, known.clone());
        Some(known)
    }

    pub(crate) fn put(&mut self, id: Uuid, known: Known) {
        if self.young.len() >= self.capacity && !self.young.contains_key(&id) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: u64) -> Known {
        Known { version, ..Known::default() }
    }

    #[test]
    fn what_is_touched_stays_and_the_rest_is_forgotten() {
        let mut states = States::new(4);
        let touched = Uuid::from_u128(1_000);
        states.put(touched, known(7));
        for number in 0..100 {
            states.put(Uuid::from_u128(number), known(1));
            assert_eq!(states.get(touched).map(|known| known.version), Some(7));
        }
        assert!(states.get(Uuid::from_u128(0)).is_none());
        assert!(states.young.len() + states.old.len() <= 8);
    }

    #[test]
    fn a_newer_version_takes_the_place_of_the_older() {
        let mut states = States::new(2);
        states.put(Uuid::nil(), known(1));
        states.put(Uuid::nil(), known(2));
        assert_eq!(states.get(Uuid::nil()).map(|known| known.version), Some(2));
    }
}
