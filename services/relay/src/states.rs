use std::collections::HashMap;
use std::sync::Arc;

use baohan_domain::Guarantee;
use baohan_topics::Subject;
use uuid::Uuid;

/// A guarantee as it stood at an event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The sequence of that event; 0: none yet.
    pub version: u64,
    pub guarantee: Guarantee,
    pub subject: Arc<Subject>,
}

/// The guarantees of a shard that were touched last. Two generations: what is put goes to the young one, and when that is full
/// the old one is forgotten. Between one and two capacities are remembered.
///
/// Each lies in a place of its own, since it is moved from table to table with every slice and is large.
#[derive(Debug)]
pub(crate) struct States {
    young: HashMap<Uuid, Box<Known>>,
    old: HashMap<Uuid, Box<Known>>,
    capacity: usize,
}

impl States {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), capacity }
    }

    /// Takes a guarantee out; it is put back after its events.
    pub(crate) fn take(&mut self, id: Uuid) -> Option<Box<Known>> {
        self.young.remove(&id).or_else(|| self.old.remove(&id))
    }

    pub(crate) fn put(&mut self, id: Uuid, known: Box<Known>) {
        if self.young.len() >= self.capacity && !self.young.contains_key(&id) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_touched_stays_and_the_rest_is_forgotten() {
        let mut states = States::new(4);
        let touched = Uuid::from_u128(1_000);
        states.put(touched, Box::new(Known { version: 7, ..Known::default() }));
        for number in 0..100 {
            states.put(Uuid::from_u128(number), Box::new(Known { version: 1, ..Known::default() }));
            let known = states.take(touched).unwrap();
            assert_eq!(known.version, 7);
            states.put(touched, known);
        }
        assert!(states.take(Uuid::from_u128(0)).is_none());
        assert!(states.young.len() + states.old.len() <= 8);
    }

    #[test]
    fn what_was_taken_is_gone_until_it_is_put_back() {
        let mut states = States::new(2);
        states.put(Uuid::nil(), Box::new(Known { version: 2, ..Known::default() }));
        assert_eq!(states.take(Uuid::nil()).map(|known| known.version), Some(2));
        assert!(states.take(Uuid::nil()).is_none());
    }
}
