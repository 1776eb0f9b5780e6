use std::collections::HashSet;
use std::ops::Range;

use baohan_domain::Guarantee;
use uuid::Uuid;

use crate::snapshot::{self, Newest};

/// Room for a state, in bytes; most need somewhat less.
const STATE_BYTES_USUAL: usize = 1_500;

/// States of guarantees as JSON, one behind the other in one text, since they are many and small.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    text: Vec<u8>,
    places: Vec<(Uuid, Range<usize>)>,
}

impl Snapshots {
    pub(crate) fn new(count: usize) -> Self {
        Self { text: Vec::with_capacity(count * STATE_BYTES_USUAL), places: Vec::with_capacity(count) }
    }

    /// The state after its newest event; nothing where nobody applied for the guarantee.
    pub(crate) fn add(&mut self, id: Uuid, guarantee: &Guarantee, newest: &Newest) {
        let begin = self.text.len();
        if snapshot::write(&mut self.text, guarantee, id, newest).is_some() {
            self.places.push((id, begin..self.text.len()));
        } else {
            self.text.truncate(begin);
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Every state: whose it is, and the text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Uuid, &[u8])> {
        self.places.iter().filter_map(|(id, place)| Some((*id, self.text.get(place.clone())?)))
    }
}

/// Of several, the later the newer, the newest state of each guarantee.
pub(crate) fn newest(all: &[Snapshots]) -> impl Iterator<Item = (Uuid, &[u8])> {
    let mut seen = HashSet::new();
    all.iter().rev().flat_map(Snapshots::iter).filter(move |(id, _)| seen.insert(*id))
}
