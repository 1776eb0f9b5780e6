//! Random attacks on a SQLite ledger: what is done, and what must be found of it.

mod beside;
mod order;
mod projections;
mod record;

use baohan_proof::Kind;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore};

/// Statements in one database or the other.
#[derive(Debug, Clone)]
pub struct Attack {
    /// What it is, for whoever reads a failure.
    pub name: String,
    pub ledger: Vec<String>,
    pub projections: Vec<String>,
    pub expected: Expected,
}

/// What must be found.
#[derive(Debug, Clone)]
pub enum Expected {
    /// The first finding is of one of these kinds, and at the first record that differs from what it was.
    AtTheRecord(Vec<Kind>),
    /// The record at this position is altered in this field.
    Altered(&'static str, u64),
    /// The first finding is of this kind, at this position.
    At(Kind, u64),
    /// The first finding is of this kind; there may be no one place.
    Somewhere(Vec<Kind>),
}

/// What the ledger holds, as far as an attacker needs to know.
pub struct Ground {
    /// The last position.
    pub head: u64,
    /// Each guarantee's id.
    pub guarantees: Vec<String>,
    /// How many checkpoints are kept.
    pub checkpoints: u64,
}

pub fn random(ground: &Ground, random: &mut StdRng) -> Attack {
    match random.random_range(0..100) {
        0..40 => record::column(ground, random),
        40..46 => order::deleted(ground, random),
        46..52 => order::closed_up(ground, random),
        52..56 => order::truncated(ground, random),
        56..62 => order::inserted(ground, random),
        62..70 => order::reordered(ground, random),
        70..75 => record::replaced(ground, random),
        75..80 => beside::head(ground, random),
        80..85 => projections::seal(ground, random),
        85..91 => beside::journal(ground, random),
        91..95 => beside::checkpoint(ground, random),
        _ => projections::projection(ground, random),
    }
}

impl Attack {
    fn on_the_ledger<S: Into<String>>(
        name: &str,
        statements: impl IntoIterator<Item = S>,
        expected: Expected,
    ) -> Self {
        let ledger = statements.into_iter().map(Into::into).collect();
        Self { name: name.to_owned(), ledger, projections: Vec::new(), expected }
    }

    fn on_the_projections<S: Into<String>>(
        name: &str,
        statements: impl IntoIterator<Item = S>,
        expected: Expected,
    ) -> Self {
        let projections = statements.into_iter().map(Into::into).collect();
        Self { name: name.to_owned(), ledger: Vec::new(), projections, expected }
    }
}

fn position(ground: &Ground, random: &mut StdRng) -> u64 {
    random.random_range(1..=ground.head)
}

fn two(ground: &Ground, random: &mut StdRng) -> (u64, u64) {
    let first = random.random_range(1..ground.head);
    (first, random.random_range(first + 1..=ground.head))
}

fn blob(random: &mut StdRng, bytes: usize) -> String {
    let mut blob = vec![0; bytes];
    random.fill_bytes(&mut blob);
    format!("x'{}'", hex::encode(blob))
}

/// A text with one character put in the place of another.
fn bent(column: &str, random: &mut StdRng) -> String {
    let places = random.random_range(0..400);
    let with = ["0", "9", "x", " ", "\"", "保", "}"].choose(random).unwrap();
    format!(
        "CASE WHEN length({column}) = 0 THEN '{with}' ELSE substr({column}, 1, {places} % length({column})) || '{with}'
              || substr({column}, {places} % length({column}) + 2) END"
    )
}
