//! What stands beside the records in the ledger: heads, calls, checkpoints.

use baohan_proof::Kind;
use rand::Rng;
use rand::rngs::StdRng;
use uuid::Uuid;

use super::{Attack, Expected, Ground, bent, position};

pub(super) fn head(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn journal(ground: &Ground, random: &mut StdRng) -> Attack {
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

pub(super) fn checkpoint(ground: &Ground, random: &mut StdRng) -> Attack {
    let number = random.random_range(1..=ground.checkpoints);
    let statement = match random.random_range(0..4) {
        0 => format!("UPDATE kept_checkpoints SET note = {} WHERE number = {number}", bent("note", random)),
        1 => format!("DELETE FROM kept_checkpoints WHERE number = {number}"),
        2 => format!("UPDATE kept_checkpoints SET number = 77 WHERE number = {number}"),
        _ => format!("UPDATE kept_checkpoints SET note = note || note WHERE number = {number}"),
    };
    Attack::on_the_ledger(&statement, [statement.clone()], Expected::Somewhere(vec![Kind::CheckpointAltered]))
}
