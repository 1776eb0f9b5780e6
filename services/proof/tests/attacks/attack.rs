//! Random attacks on a SQLite ledger: what is done, and what must be found of it.

use baohan_proof::Kind;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore};
use uuid::Uuid;

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

/// The columns of the events, each with what may be put in its place.
const COLUMNS: [&str; 11] = [
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "payload",
    "metadata",
    "id",
    "shard",
    "position",
    "recorded_at",
];

pub fn random(ground: &Ground, random: &mut StdRng) -> Attack {
    match random.random_range(0..100) {
        0..40 => column(ground, random),
        40..46 => deleted(ground, random),
        46..52 => closed_up(ground, random),
        52..56 => truncated(ground, random),
        56..62 => inserted(ground, random),
        62..70 => reordered(ground, random),
        70..75 => replaced(ground, random),
        75..80 => head(ground, random),
        80..85 => seal(ground, random),
        85..91 => journal(ground, random),
        91..95 => checkpoint(ground, random),
        _ => projection(ground, random),
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

fn column(ground: &Ground, random: &mut StdRng) -> Attack {
    let at = position(ground, random);
    let name = *COLUMNS.choose(random).unwrap();
    let value = match name {
        "aggregate_type" => {
            (*["'claim'", "''", "'Guarantee'", "'guarantee '"].choose(random).unwrap()).to_owned()
        }
        "aggregate_id" => match random.random_range(0..4) {
            0 => "upper(aggregate_id)".to_owned(),
            1 => "replace(aggregate_id, '-', '')".to_owned(),
            2 => "'nobody'".to_owned(),
            _ => format!("'{}'", Uuid::from_u128(random.random())),
        },
        "sequence" => match random.random_range(0..3) {
            0 => "-sequence".to_owned(),
            1 => "sequence + 1000".to_owned(),
            _ => i64::MAX.to_string(),
        },
        "event_type" | "event_version" => match random.random_range(0..3) {
            0 => format!("{name} || ' '"),
            1 => "'Quit'".to_owned(),
            _ => "''".to_owned(),
        },
        "payload" | "metadata" => match random.random_range(0..6) {
            0 => "'{}'".to_owned(),
            1 => format!("{name} || ' '"),
            2 => "CAST(x'80ff' AS TEXT)".to_owned(),
            _ => bent(name, random),
        },
        "id" => match random.random_range(0..3) {
            0 => blob(random, 7),
            _ => blob(random, 16),
        },
        "shard" => (*["1", "-1", "65536", "7"].choose(random).unwrap()).to_owned(),
        "position" => match random.random_range(0..3) {
            0 => format!("{}", ground.head + random.random_range(1..50)),
            1 => format!("-{at}"),
            _ => "0".to_owned(),
        },
        _ => match random.random_range(0..3) {
            0 => "recorded_at + 1".to_owned(),
            1 => "recorded_at - 86400000000".to_owned(),
            _ => i64::MAX.to_string(),
        },
    };
    let expected = match name {
        "position" => Expected::AtTheRecord(vec![Kind::Reordered, Kind::Inserted]),
        _ => Expected::Altered(name, at),
    };
    Attack::on_the_ledger(
        &format!("{name} of the record at {at} becomes {value}"),
        [format!("UPDATE events SET {name} = {value} WHERE position = {at}")],
        expected,
    )
}

fn deleted(ground: &Ground, random: &mut StdRng) -> Attack {
    let (first, last) = if random.random_range(0..3) == 0 {
        two(ground, random)
    } else {
        let at = position(ground, random);
        (at, at)
    };
    Attack::on_the_ledger(
        &format!("the records {first} to {last} are deleted"),
        [format!("DELETE FROM events WHERE position BETWEEN {first} AND {last}")],
        Expected::AtTheRecord(vec![if last == ground.head { Kind::Truncated } else { Kind::Missing }]),
    )
}

/// Those behind what was deleted move up, and the head with them.
fn closed_up(ground: &Ground, random: &mut StdRng) -> Attack {
    let first = position(ground, random);
    let last = (first + random.random_range(0..3)).min(ground.head);
    let gone = last - first + 1;
    let is_end = last == ground.head;
    Attack::on_the_ledger(
        &format!("the records {first} to {last} are deleted, and those behind move up"),
        [
            format!("DELETE FROM events WHERE position BETWEEN {first} AND {last}"),
            format!("UPDATE events SET position = -position WHERE position > {last}"),
            format!("UPDATE events SET position = -position - {gone} WHERE position < 0"),
            format!("UPDATE heads SET position = position - {gone}"),
        ],
        Expected::AtTheRecord(vec![if is_end { Kind::Truncated } else { Kind::Missing }]),
    )
}

fn truncated(ground: &Ground, random: &mut StdRng) -> Attack {
    let last = random.random_range(0..ground.head);
    let mut attack = Attack::on_the_ledger(
        &format!("the tail behind {last} is cut off"),
        [
            format!("DELETE FROM events WHERE position > {last}"),
            format!("UPDATE heads SET position = {last}"),
        ],
        Expected::AtTheRecord(vec![Kind::Truncated]),
    );
    if random.random() {
        attack.name += ", and that of the projections";
        attack.projections = vec![
            format!("DELETE FROM seal WHERE number >= {last} >> level"),
            format!("DELETE FROM timeline WHERE position > {last}"),
            format!("UPDATE checkpoints SET position = {last}"),
        ];
    }
    attack
}

fn inserted(ground: &Ground, random: &mut StdRng) -> Attack {
    let at = random.random_range(1..=ground.head);
    let copy = |position: &str| {
        format!(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, id, shard, position, recorded_at)
             SELECT aggregate_type, aggregate_id, 9000, event_type, event_version, payload, metadata, randomblob(16), shard, {position}, recorded_at
               FROM events WHERE position = {}",
            if at > 1 { "1".to_owned() } else { (at + 1).to_string() }
        )
    };
    match random.random_range(0..3) {
        0 => Attack::on_the_ledger(
            "a record is put behind the head",
            [copy(&(ground.head + 1).to_string())],
            Expected::AtTheRecord(vec![Kind::Inserted]),
        ),
        1 => Attack::on_the_ledger(
            "a record is put before the first",
            [copy("-3")],
            Expected::AtTheRecord(vec![Kind::Inserted]),
        ),
        _ => Attack::on_the_ledger(
            &format!("a record is put in at {at}, and those behind move down"),
            [
                format!("UPDATE events SET position = -position WHERE position >= {at}"),
                "UPDATE events SET position = -position + 1 WHERE position < 0".to_owned(),
                copy(&at.to_string()).replace(
                    "WHERE position = 1",
                    if at == 1 { "WHERE position = 2" } else { "WHERE position = 1" },
                ),
                "UPDATE heads SET position = position + 1".to_owned(),
            ],
            Expected::AtTheRecord(vec![Kind::Inserted]),
        ),
    }
}

fn reordered(ground: &Ground, random: &mut StdRng) -> Attack {
    let (first, last) = two(ground, random);
    let moved = |case: &str, name: String| {
        Attack::on_the_ledger(
            &name,
            [
                format!("UPDATE events SET position = -({case}) WHERE position BETWEEN {first} AND {last}"),
                "UPDATE events SET position = -position WHERE position < 0".to_owned(),
            ],
            Expected::AtTheRecord(vec![Kind::Reordered]),
        )
    };
    match random.random_range(0..4) {
        0 => moved(
            &format!("{first} + {last} - position"),
            format!("the records {first} to {last} are turned around"),
        ),
        1 => moved(
            &format!("CASE position WHEN {last} THEN {first} ELSE position + 1 END"),
            format!("the record {last} is moved to {first}"),
        ),
        2 => moved(
            &format!("CASE position WHEN {first} THEN {last} WHEN {last} THEN {first} ELSE position END"),
            format!("the records {first} and {last} are swapped"),
        ),
        _ => {
            let column = *["payload", "metadata"].choose(random).unwrap();
            Attack::on_the_ledger(
                &format!("{column} of the records {first} and {last} are swapped"),
                [format!(
                    "UPDATE events SET {column} = (SELECT o.{column} FROM events AS o WHERE o.position = {first} + {last} - events.position)
                      WHERE position IN ({first}, {last})"
                )],
                Expected::AtTheRecord(vec![Kind::Altered]),
            )
        }
    }
}

fn replaced(ground: &Ground, random: &mut StdRng) -> Attack {
    let guarantee = ground.guarantees.choose(random).unwrap();
    match random.random_range(0..3) {
        0 => Attack::on_the_ledger(
            &format!("the whole history of {guarantee} says other amounts"),
            [format!(
                "UPDATE events SET payload = replace(payload, '00.00', '99.00') WHERE aggregate_id = '{guarantee}'"
            )],
            Expected::AtTheRecord(vec![Kind::Altered]),
        ),
        1 => Attack::on_the_ledger(
            &format!("the whole history of {guarantee} is another's, with other ids"),
            [format!(
                "UPDATE events SET aggregate_id = '{}', id = randomblob(16), payload = '{{\"type\":\"Applied\"}}' WHERE aggregate_id = '{guarantee}'",
                Uuid::from_u128(random.random())
            )],
            Expected::AtTheRecord(vec![Kind::Altered]),
        ),
        _ => {
            let (first, last) = two(ground, random);
            Attack::on_the_ledger(
                &format!("the record {last} says what {first} says"),
                [format!(
                    "UPDATE events SET (event_type, payload, metadata, recorded_at) =
                            (SELECT o.event_type, o.payload, o.metadata, o.recorded_at FROM events AS o WHERE o.position = {first})
                      WHERE position = {last}"
                )],
                Expected::AtTheRecord(vec![Kind::Altered]),
            )
        }
    }
}

fn head(ground: &Ground, random: &mut StdRng) -> Attack {
    let last = ground.head;
    match random.random_range(0..5) {
        0 => Attack::on_the_ledger(
            "the head says more than there is",
            ["UPDATE heads SET position = position + 3"],
            Expected::At(Kind::Truncated, last + 1),
        ),
        1 => {
            let less = random.random_range(0..last);
            Attack::on_the_ledger(
                &format!("the head says {less}"),
                [format!("UPDATE heads SET position = {less}")],
                Expected::At(Kind::IndexAltered, less),
            )
        }
        2 => Attack::on_the_ledger(
            "the head has another incarnation",
            ["UPDATE heads SET incarnation = randomblob(16)"],
            Expected::At(Kind::IndexAltered, last),
        ),
        3 => Attack::on_the_ledger(
            "the head is gone",
            ["DELETE FROM heads"],
            Expected::Somewhere(vec![Kind::IndexAltered]),
        ),
        _ => Attack::on_the_ledger(
            "records have another incarnation",
            ["UPDATE incarnations SET incarnation = randomblob(16)"],
            Expected::At(Kind::Altered, 1),
        ),
    }
}

fn seal(ground: &Ground, random: &mut StdRng) -> Attack {
    let at = position(ground, random);
    let number = at - 1;
    let here = Expected::At(Kind::SealAltered, at);
    match random.random_range(0..6) {
        0 => Attack::on_the_projections(
            &format!("the leaf of {at} is another"),
            [format!("UPDATE seal SET hash = randomblob(32) WHERE level = 0 AND number = {number}")],
            here,
        ),
        1 => Attack::on_the_projections(
            &format!("the leaf of {at} is none"),
            [format!("UPDATE seal SET hash = randomblob(5) WHERE level = 0 AND number = {number}")],
            here,
        ),
        2 => Attack::on_the_projections(
            &format!("the marks of {at} are others"),
            [format!(
                "UPDATE seal SET marks = randomblob({}) WHERE level = 0 AND number = {number}",
                if random.random() { 52 } else { 9 }
            )],
            here,
        ),
        3 => Attack::on_the_projections(
            &format!("the leaf of {at} is gone"),
            [format!("DELETE FROM seal WHERE level = 0 AND number = {number}")],
            here,
        ),
        4 => Attack::on_the_projections(
            "there are leaves behind the last",
            [format!(
                "INSERT INTO seal (shard, level, number, hash, marks) VALUES (0, 0, {}, randomblob(32), randomblob(52))",
                ground.head
            )],
            Expected::At(Kind::SealAltered, ground.head + 1),
        ),
        _ => Attack::on_the_projections(
            "there are rows of a level that is not kept",
            [format!(
                "INSERT INTO seal (shard, level, number, hash) VALUES (0, {}, 0, randomblob(32))",
                random.random_range(1..8)
            )],
            Expected::Somewhere(vec![Kind::SealAltered]),
        ),
    }
}

fn journal(ground: &Ground, random: &mut StdRng) -> Attack {
    let at = position(ground, random);
    let entry = format!(
        "id = (SELECT unhex(replace(e.metadata ->> 'journal_id', '-', '')) FROM events AS e WHERE e.position = {at})"
    );
    let statement = match random.random_range(0..6) {
        0 => format!(
            "UPDATE journal SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE {entry}"
        ),
        1 => format!("UPDATE journal SET body = randomblob(length(body)) WHERE {entry}"),
        2 => format!("UPDATE journal SET body = NULL WHERE {entry}"),
        3 => format!(
            "UPDATE journal SET body_sm3 = {} WHERE {entry}",
            bent("body_sm3", random).replace("'\"'", "'z'")
        ),
        4 => {
            format!("UPDATE journal SET aggregate_id = '{}' WHERE {entry}", Uuid::from_u128(random.random()))
        }
        _ => format!("DELETE FROM journal WHERE {entry}"),
    };
    Attack::on_the_ledger(
        &format!("the call of {at}: {statement}"),
        [statement.clone()],
        Expected::At(Kind::JournalAltered, at),
    )
}

fn checkpoint(ground: &Ground, random: &mut StdRng) -> Attack {
    let number = random.random_range(1..=ground.checkpoints);
    let statement = match random.random_range(0..4) {
        0 => format!("UPDATE kept_checkpoints SET note = {} WHERE number = {number}", bent("note", random)),
        1 => format!("DELETE FROM kept_checkpoints WHERE number = {number}"),
        2 => format!("UPDATE kept_checkpoints SET number = 77 WHERE number = {number}"),
        _ => format!("UPDATE kept_checkpoints SET note = note || note WHERE number = {number}"),
    };
    Attack::on_the_ledger(&statement, [statement.clone()], Expected::Somewhere(vec![Kind::CheckpointAltered]))
}

fn projection(ground: &Ground, random: &mut StdRng) -> Attack {
    let at = position(ground, random);
    let guarantee = ground.guarantees.choose(random).unwrap().replace('-', "");
    let here = Expected::At(Kind::ProjectionAltered, at);
    let timeline = |set: &str| {
        Attack::on_the_projections(
            &format!("the timeline's row of {at}: {set}"),
            [format!("UPDATE timeline SET {set} WHERE position = {at}")],
            here.clone(),
        )
    };
    match random.random_range(0..12) {
        0 => timeline("actor = 'somebody else'"),
        1 => timeline("guarantee = randomblob(16)"),
        2 => timeline("event_type = event_type || '2'"),
        3 => timeline("recorded_at = recorded_at - 1"),
        4 => timeline("sequence = sequence + 1"),
        5 => timeline("event_id = randomblob(9)"),
        6 => timeline("causation_id = 'c'"),
        7 => Attack::on_the_projections(
            &format!("the timeline's row of {at} is gone"),
            [format!("DELETE FROM timeline WHERE position = {at}")],
            here.clone(),
        ),
        8 => Attack::on_the_projections(
            "the timeline has a row too many",
            [format!(
                "INSERT INTO timeline SELECT shard, {}, event_id, guarantee, sequence, event_type, event_version, recorded_at, actor, correlation_id, causation_id
                   FROM timeline WHERE position = {at}",
                ground.head + 1
            )],
            Expected::At(Kind::ProjectionAltered, ground.head + 1),
        ),
        9 => Attack::on_the_projections(
            &format!("the guarantee {guarantee} has another version"),
            [format!("UPDATE guarantees SET version = version {} WHERE id = x'{guarantee}'", if random.random() { "+ 1" } else { "- 1" })],
            Expected::Somewhere(vec![Kind::ProjectionAltered]),
        ),
        10 => Attack::on_the_projections(
            &format!("the guarantee {guarantee} stands at another position"),
            [format!("UPDATE guarantees SET position = position + {} WHERE id = x'{guarantee}'", random.random_range(1..999))],
            Expected::Somewhere(vec![Kind::ProjectionAltered]),
        ),
        _ => Attack::on_the_projections(
            &format!("the guarantee {guarantee} has no row"),
            [format!("DELETE FROM guarantees WHERE id = x'{guarantee}'")],
            Expected::Somewhere(vec![Kind::ProjectionAltered]),
        ),
    }
}
