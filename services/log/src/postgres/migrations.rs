use std::path::PathBuf;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};

use super::column::{stored, stored_shard};
use super::connection::Place;
use crate::error::Error;
use crate::log::{Options, SHARDS_MAX};

/// The tables, in order; the number of the last is the store's version. Forward only: a file that once ran is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_ledger.sql"),
    include_str!("../../migrations/postgres/0002_heads.sql"),
    include_str!("../../migrations/postgres/0003_events.sql"),
    include_str!("../../migrations/postgres/0004_partitions.sql"),
    include_str!("../../migrations/postgres/0005_journal.sql"),
    include_str!("../../migrations/postgres/0006_journal_search.sql"),
    include_str!("../../migrations/postgres/0007_keys.sql"),
    include_str!("../../migrations/postgres/0008_guarantee_numbers.sql"),
    include_str!("../../migrations/postgres/0009_number_reservations.sql"),
    include_str!("../../migrations/postgres/0010_idempotency.sql"),
    include_str!("../../migrations/postgres/0011_deliveries.sql"),
    include_str!("../../migrations/postgres/0012_section_facts.sql"),
    include_str!("../../migrations/postgres/0013_readings.sql"),
    include_str!("../../migrations/postgres/0014_checkpoints.sql"),
    include_str!("../../migrations/postgres/0015_turns.sql"),
    include_str!("../../migrations/postgres/0016_append.sql"),
    include_str!("../../migrations/postgres/0017_erasure.sql"),
    include_str!("../../migrations/postgres/0018_incarnation.sql"),
    include_str!("../../migrations/postgres/0019_origins.sql"),
    include_str!("../../migrations/postgres/0020_identity.sql"),
    include_str!("../../migrations/postgres/0021_kept_checkpoints.sql"),
    include_str!("../../migrations/postgres/0022_origin_ledger.sql"),
    include_str!("../../migrations/postgres/0022_append_alone.sql"),
];

/// Brings the tables to this program's version, each step in a transaction of its own. One process at a time does it; others that start
/// meanwhile wait, and find it done. A new store gets its shards.
pub(super) async fn run(
    connection: &mut PgConnection,
    place: &Place,
    options: &Options,
) -> Result<(), Error> {
    if version(connection, place).await? == known() {
        return Ok(());
    }
    sqlx::query("SELECT pg_advisory_lock(hashtextextended('baohan migrations', 0))")
        .execute(&mut *connection)
        .await?;
    let outcome = run_alone(connection, place, options).await;
    let unlock = "SELECT pg_advisory_unlock(hashtextextended('baohan migrations', 0))";
    let unlocked = sqlx::query(unlock).execute(connection).await;
    outcome.and_then(|()| Ok(unlocked.map(|_| ())?))
}

async fn run_alone(connection: &mut PgConnection, place: &Place, options: &Options) -> Result<(), Error> {
    let version = version(connection, place).await?;
    if version == 0 && !(1..=SHARDS_MAX).contains(&options.shards) {
        return Err(Error::Invalid("a store of no shards or of too many"));
    }
    for (step, tables) in MIGRATIONS.iter().enumerate().skip(version as usize) {
        let number = i32::try_from(step + 1).unwrap_or(i32::MAX);
        tracing::info!(number, "migrating the store");
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql(tables).execute(&mut *transaction).await?;
        if step == 0 {
            sqlx::query("INSERT INTO baohan_ledger (version, shards, partition_size) VALUES (1, $1, $2)")
                .bind(stored_shard(options.shards))
                .bind(stored(options.partition_size.max(1)))
                .execute(&mut *transaction)
                .await?;
        } else {
            sqlx::query("UPDATE baohan_ledger SET version = $1")
                .bind(number)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

/// Whether a store that is not to be changed can be read as it is.
pub(super) async fn check(connection: &mut PgConnection, place: &Place) -> Result<(), Error> {
    let (found, known) = (version(connection, place).await?, known());
    if found < known {
        return Err(Error::TooOld { found, known });
    }
    Ok(())
}

/// The store's version; 0: the schema is empty.
async fn version(connection: &mut PgConnection, place: &Place) -> Result<u32, Error> {
    let row = sqlx::query(
        "SELECT to_regclass('baohan_ledger') IS NOT NULL,
                EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))",
    )
    .fetch_one(&mut *connection)
    .await?;
    match (row.try_get(0)?, row.try_get(1)?) {
        (false, false) => return Ok(0),
        (false, true) => return Err(Error::NotALedger { path: PathBuf::from(place.database()) }),
        (true, _) => {}
    }
    let found: i32 = sqlx::query_scalar("SELECT version FROM baohan_ledger").fetch_one(connection).await?;
    let found = u32::try_from(found).unwrap_or(0);
    if found > known() {
        return Err(Error::TooNew { found, known: known() });
    }
    Ok(found)
}

fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}
