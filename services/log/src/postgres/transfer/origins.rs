use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::super::store::Store;
use crate::error::Error;
use crate::transfer::{Origin, OriginRow};

pub(super) const SELECT: &str = "SELECT kind, incarnation, heads, content_sm3, exported_at, imported_at, ledger FROM origins ORDER BY number";

pub(super) fn origin(row: &PgRow) -> Result<Origin, Error> {
    let row = OriginRow {
        kind: row.try_get(0)?,
        incarnation: row.try_get(1)?,
        heads: row.try_get(2)?,
        content_sm3: row.try_get(3)?,
        exported_at: row.try_get(4)?,
        imported_at: row.try_get(5)?,
        ledger: row.try_get(6)?,
    };
    row.read()
}

pub(super) async fn add(connection: &mut PgConnection, origin: &Origin) -> Result<(), Error> {
    let row = OriginRow::of(origin)?;
    sqlx::query(
        "INSERT INTO origins (kind, incarnation, heads, content_sm3, exported_at, imported_at, ledger) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.kind)
    .bind(row.incarnation)
    .bind(row.heads)
    .bind(row.content_sm3)
    .bind(row.exported_at)
    .bind(row.imported_at)
    .bind(row.ledger)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    pub(crate) async fn origins(&self) -> Result<Vec<Origin>, Error> {
        let rows = self.rows(|| sqlx::query(SELECT)).await?;
        rows.iter().map(origin).collect()
    }
}
