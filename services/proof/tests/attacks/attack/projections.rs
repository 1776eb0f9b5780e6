//! What is derived: the seal's rows, the timeline, the guarantees.

use baohan_proof::Kind;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::{Attack, Expected, Ground, position};

pub(super) fn seal(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn projection(ground: &Ground, random: &mut StdRng) -> Attack {
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
    match random.random_range(0..13) {
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
        11 => Attack::on_the_projections(
            &format!("the guarantee {guarantee} begins at another position"),
            [format!("UPDATE guarantees SET begins = begins + 1000000 WHERE id = x'{guarantee}'")],
            Expected::Somewhere(vec![Kind::ProjectionAltered]),
        ),
        _ => Attack::on_the_projections(
            &format!("the guarantee {guarantee} has no row"),
            [format!("DELETE FROM guarantees WHERE id = x'{guarantee}'")],
            Expected::Somewhere(vec![Kind::ProjectionAltered]),
        ),
    }
}
