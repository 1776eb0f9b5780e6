use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::super::column;
use super::super::store::Store;
use crate::error::Error;
use crate::transfer::{Origin, OriginRow};

pub(super) const SELECT: &str = "SELECT kind, incarnation, heads, content_sm3, exported_at, imported_at, ledger FROM origins ORDER BY number";

pub(super) fn origin(row: &SqliteRow) -> Result<Origin, Error> {
    let row = OriginRow {
        kind: column::text(row, 0)?,
        incarnation: column::id(row, 1)?,
        heads: column::text(row, 2)?,
        content_sm3: column::text(row, 3)?,
        exported_at: column::time(row, 4)?,
        imported_at: column::time(row, 5)?,
        ledger: column::maybe_aggregate(row, 6)?,
    };
    row.read()
}

pub(super) async fn add(connection: &mut SqliteConnection, origin: &Origin) -> Result<(), Error> {
    let row = OriginRow::of(origin)?;
    sqlx::query(
        "INSERT INTO origins (kind, incarnation, heads, content_sm3, exported_at, imported_at, ledger) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.kind)
    .bind(row.incarnation.as_bytes().as_slice())
    .bind(row.heads)
    .bind(row.content_sm3)
    .bind(row.exported_at.timestamp_micros())
    .bind(row.imported_at.timestamp_micros())
    .bind(row.ledger.map(|ledger| ledger.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    pub(crate) async fn origins(&self) -> Result<Vec<Origin>, Error> {
        sqlx::query(SELECT).fetch_all(self.readers()).await?.iter().map(origin).collect()
    }
}
