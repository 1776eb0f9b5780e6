use std::collections::HashMap;
use std::sync::Arc;

use baohan_domain::Guarantee;
use uuid::Uuid;

/// A guarantee and its version (the sequence of the event that made it so).
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub version: u64,
    pub guarantee: Arc<Guarantee>,
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
        Known { version, guarantee: Arc::default() }
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
