use sqlx::SqliteConnection;

use super::connection::Place;
use crate::error::Error;

/// "BAOH": says in the file that it is a ledger of this program.
const APPLICATION_ID: i32 = 0x4241_4f48;

/// The tables, in order; the number of the last is the store's version. Forward only: a file that once ran is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_heads.sql"),
    include_str!("../../migrations/sqlite/0002_events.sql"),
    include_str!("../../migrations/sqlite/0003_journal.sql"),
    include_str!("../../migrations/sqlite/0004_journal_search.sql"),
    include_str!("../../migrations/sqlite/0005_keys.sql"),
    include_str!("../../migrations/sqlite/0006_guarantee_numbers.sql"),
    include_str!("../../migrations/sqlite/0007_number_reservations.sql"),
    include_str!("../../migrations/sqlite/0008_idempotency.sql"),
    include_str!("../../migrations/sqlite/0009_deliveries.sql"),
    include_str!("../../migrations/sqlite/0010_section_facts.sql"),
    include_str!("../../migrations/sqlite/0011_readings.sql"),
    include_str!("../../migrations/sqlite/0012_checkpoints.sql"),
    include_str!("../../migrations/sqlite/0013_incarnations.sql"),
    include_str!("../../migrations/sqlite/0014_turns.sql"),
    include_str!("../../migrations/sqlite/0015_origins.sql"),
    include_str!("../../migrations/sqlite/0016_identity.sql"),
    include_str!("../../migrations/sqlite/0017_kept_checkpoints.sql"),
    include_str!("../../migrations/sqlite/0018_origin_ledger.sql"),
];

/// Brings the tables to this program's version, each step in a transaction of its own.
pub(super) async fn run(connection: &mut SqliteConnection, place: &Place) -> Result<(), Error> {
    let version = version(connection, place).await?;
    for (step, tables) in MIGRATIONS.iter().enumerate().skip(version as usize) {
        let number = step + 1;
        tracing::info!(number, "migrating the store");
        let sql = format!(
            "BEGIN IMMEDIATE;\n{tables}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {number};\nCOMMIT;"
        );
        if let Err(error) = sqlx::raw_sql(&sql).execute(&mut *connection).await {
            // The connection is given up with the error; its open transaction ends with it.
            return Err(error.into());
        }
    }
    Ok(())
}

/// Whether a store that is not to be changed can be read as it is.
pub(super) async fn check(connection: &mut SqliteConnection, place: &Place) -> Result<(), Error> {
    let (found, known) = (version(connection, place).await?, known());
    if found < known {
        return Err(Error::TooOld { found, known });
    }
    Ok(())
}

/// The store's version; 0: an empty file.
async fn version(connection: &mut SqliteConnection, place: &Place) -> Result<u32, Error> {
    let (application, found, tables): (i32, u32, i64) = sqlx::query_as(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
           FROM pragma_application_id, pragma_user_version",
    )
    .fetch_one(connection)
    .await?;
    let is_empty = tables == 0 && found == 0;
    if application != APPLICATION_ID && !is_empty {
        return Err(Error::NotALedger { path: place.path().to_owned() });
    }
    if found > known() {
        return Err(Error::TooNew { found, known: known() });
    }
    Ok(found)
}

fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}
