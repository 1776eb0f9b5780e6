//! What records say is changed: a column, or the whole history of a guarantee.

use baohan_proof::Kind;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use uuid::Uuid;

use super::{Attack, Expected, Ground, bent, blob, position, two};

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

pub(super) fn column(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn replaced(ground: &Ground, random: &mut StdRng) -> Attack {
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
