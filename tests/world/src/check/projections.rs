//! I4: every projection equals one that a fresh process builds elsewhere, from the store alone.

use std::collections::BTreeSet;
use std::time::Duration;

use baohan_servers::until;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row as _};

use crate::fleet::Fleet;

/// A fresh build of some thousand events.
const BUILT_WITHIN: Duration = Duration::from_mins(3);
/// Where a projections' database has its tables.
const SCHEMA: &str = "projections";
/// What tells of the building and not of what was built.
const OF_THE_BUILDING: [&str; 3] = ["origin", "rebuilds", "rebuild_checkpoints"];
/// Columns of checkpoints that tell of the way there.
const OF_THE_WAY: [&str; 2] = ["epoch", "source"];

/// Fails with the first rows that only one of the two holds.
pub async fn equal_a_fresh_build(fleet: &Fleet) {
    let elsewhere = fleet.postgres.database().await;
    let mut rebuilder = fleet.rebuilder(&elsewhere);
    rebuilder.ready().await;
    until("the fresh build has caught up", BUILT_WITHIN, async || {
        assert!(!rebuilder.has_ended(), "the fresh build ended:\n{}", rebuilder.log());
        have_caught_up(fleet.store(), &elsewhere.url).await.then_some(())
    })
    .await;
    rebuilder.kill();
    let (ours, fresh) = (tables(fleet.store()).await, tables(&elsewhere.url).await);
    assert_eq!(ours, fresh, "the databases have other tables");
    assert!(ours.len() > 5, "{ours:?}");
    let mut all = 0;
    for table in &ours {
        let (mine, theirs) = (rows(fleet.store(), table).await, rows(&elsewhere.url, table).await);
        let only_mine: Vec<_> = mine.difference(&theirs).take(3).collect();
        let only_theirs: Vec<_> = theirs.difference(&mine).take(3).collect();
        assert!(
            only_mine.is_empty() && only_theirs.is_empty(),
            "{table}: only the running one has {only_mine:#?}, only the fresh one has {only_theirs:#?}"
        );
        all += mine.len();
    }
    assert!(all > 0, "two empty databases are equal and say nothing");
}

/// Whether every projection there has come to every shard's head.
pub async fn have_caught_up(store: &str, projections: &str) -> bool {
    let heads = places(store, "SELECT '', shard::bigint, position FROM heads").await;
    let checkpoints =
        places(projections, "SELECT projection, shard, position FROM projections.checkpoints").await;
    let (Some(heads), Some(checkpoints)) = (heads, checkpoints) else { return false };
    let names: BTreeSet<_> = checkpoints.iter().map(|(name, _, _)| name).collect();
    // A shard in which nothing stands needs no checkpoint.
    let are_there = |name: &String| {
        heads.iter().filter(|(_, _, head)| *head > 0).all(|(_, shard, head)| {
            checkpoints.iter().any(|(of, at, position)| of == name && at == shard && position >= head)
        })
    };
    !names.is_empty() && names.into_iter().all(are_there)
}

async fn places(url: &str, sql: &str) -> Option<Vec<(String, i64, i64)>> {
    let mut connection = PgConnection::connect(url).await.ok()?;
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.ok()?;
    let _ = connection.close().await;
    Some(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

async fn tables(url: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let sql =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = $1 ORDER BY table_name";
    let rows = sqlx::query(sql).bind(SCHEMA).fetch_all(&mut connection).await.expect("the tables");
    let _ = connection.close().await;
    let names = rows.iter().map(|row| row.get::<String, _>(0));
    names.filter(|name| !OF_THE_BUILDING.contains(&name.as_str())).collect()
}

/// Each row of a table, as JSON.
async fn rows(url: &str, table: &str) -> BTreeSet<String> {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let less = OF_THE_WAY.map(|column| format!(" - '{column}'")).concat();
    let sql = format!("SELECT (to_jsonb(found){less})::text FROM {SCHEMA}.\"{table}\" AS found");
    let rows = sqlx::query(&sql).fetch_all(&mut connection).await.expect("the rows");
    let _ = connection.close().await;
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}
