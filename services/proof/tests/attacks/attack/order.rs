//! Which records there are, and in which order: deleted, put in, moved, cut off.

use baohan_proof::Kind;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::{Attack, Expected, Ground, position, two};

pub(super) fn deleted(ground: &Ground, random: &mut StdRng) -> Attack {
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
pub(super) fn closed_up(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn truncated(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn inserted(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn reordered(ground: &Ground, random: &mut StdRng) -> Attack {
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
