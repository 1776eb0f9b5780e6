//! The Merkle tree of each shard: one row a record, and one for each complete subtree of 256. It hashes what the store holds, so its records
//! always come from the store; it reads the record and not the event, so it goes on where others cannot.

mod node;
mod path;

use baohan_log::{StoredEvent, sealed_leaf};
use baohan_seal::{Frontier, Hash, marks_of};

use crate::database::{Connection, Rows, Table, Target, bytes, int};
use crate::error::ApplyError;
use crate::projection::Projection;

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
const TABLE: &str = "seal";

/// Only each eighth level is stored. What lies between is hashed when it is asked for: 255 hashes at most for a subtree. Fewer levels would
/// make proofs slow, more of them appending.
const LEVELS: u8 = 8;
/// How many nodes of one stored level make one of the next.
const NODES: usize = 1 << LEVELS;

pub(crate) static COLUMNS: Table = Table {
    columns: &[int("shard"), int("level"), int("number"), bytes("hash"), bytes("marks")],
    key: &["shard", "level", "number"],
    fixed: &[],
};

pub(crate) async fn apply(
    records: &[StoredEvent],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let Some(first) = records.first() else { return Ok(()) };
    let (shard, table) = (first.shard, target.table(Projection::Seal));
    let mut rows = Rows::new(COLUMNS.columns);
    let mut hashes = Vec::with_capacity(records.len());
    for stored in records {
        let fields = stored.sealed_fields();
        let hash = sealed_leaf(&fields);
        let marks: Vec<u8> = marks_of(&fields).into_iter().flat_map(u32::to_be_bytes).collect();
        let number = stored.position.saturating_sub(1);
        rows.push([shard.into(), 0_u16.into(), number.into(), hash.to_vec().into(), marks.into()]);
        hashes.push(hash);
    }
    // Level by level: what is new of one may complete subtrees of the next.
    let (mut level, mut start) = (0_u8, first.position.saturating_sub(1));
    loop {
        let nodes = NODES as u64;
        let (parents, complete) = (start / nodes, (start + hashes.len() as u64) / nodes);
        if complete <= parents {
            break;
        }
        let mut children = if parents * nodes < start {
            node::before(&table, shard, level, parents * nodes..start, connection).await?
        } else {
            Vec::new()
        };
        children.append(&mut hashes);
        level += LEVELS;
        start = parents;
        for (number, children) in (parents..complete).zip(children.chunks(NODES)) {
            let hash = root(children);
            let (level, hash_bytes, no_marks) = (u16::from(level), hash.to_vec(), None::<Vec<u8>>);
            rows.push([shard.into(), level.into(), number.into(), hash_bytes.into(), no_marks.into()]);
            hashes.push(hash);
        }
    }
    match target {
        Target::Running => COLUMNS.insert(&table, &rows, connection).await?,
        Target::Beside => COLUMNS.pour(&table, &rows, connection).await?,
    }
    Ok(())
}

/// The root over nodes of one level, as many as a power of two.
fn root(nodes: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for node in nodes {
        frontier.push(*node);
    }
    frontier.root()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::node::Nodes;
    use super::*;
    use crate::database::{Dialect, Options};

    /// More than a subtree of level 16.
    const MANY: u64 = 66_000;

    fn record(position: u64) -> StoredEvent {
        StoredEvent {
            id: Uuid::from_u128(position.into()),
            aggregate_id: Uuid::nil(),
            sequence: position,
            event_type: "Annotated".to_owned(),
            event_version: "1.0".to_owned(),
            payload: position.to_string(),
            metadata: "{}".to_owned(),
            shard: 3,
            position,
            recorded_at: DateTime::UNIX_EPOCH,
            incarnation: Uuid::nil(),
        }
    }

    #[tokio::test]
    async fn a_deep_tree_grown_in_uneven_pieces_has_the_roots_of_a_frontier() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::at(format!("sqlite:{}", folder.path().join("seal.db").display()));
        let mut session = options.writer().await.unwrap();
        let schema = Dialect::Sqlite.schema(SCHEMA, TABLE, TABLE);
        session.connection().run(&schema.tables[0]).await.unwrap();
        let mut transaction = session.begin().await.unwrap();
        let connection = &mut transaction.connection();
        let (mut frontier, mut roots, mut done, mut piece) = (Frontier::new(), vec![], 0, 1);
        while done < MANY {
            let records: Vec<_> = (done..(done + piece).min(MANY)).map(|before| record(before + 1)).collect();
            for stored in &records {
                frontier.push(stored.leaf_hash());
                roots.push(frontier.root());
            }
            done += records.len() as u64;
            apply(&records, Target::Running, connection).await.unwrap();
            piece = piece * 7 % 1_009;
        }
        for size in (1..=MANY).step_by(7_919).chain([255, 256, 65_535, 65_536, 65_537, MANY]) {
            let whole = 0..size;
            let nodes = Nodes::read(3, std::slice::from_ref(&whole), connection).await.unwrap();
            let root = roots[usize::try_from(size).unwrap() - 1];
            assert_eq!(nodes.range(0..size).unwrap(), root, "{size}");
        }
        // Each level holds what it should, and no row twice.
        let counts = "SELECT count(*) AS count FROM seal WHERE level = ";
        for (level, count) in [(0, MANY), (8, MANY >> 8), (16, MANY >> 16), (24, 0)] {
            let asked = crate::database::Statement::new(format!("{counts}{level}"));
            let row = connection.fetch_optional(asked).await.unwrap().unwrap();
            assert_eq!(crate::rows::count(&row, "count").unwrap(), count, "level {level}");
        }
    }
}
