use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use uuid::Uuid;

use super::column::{number, stored};
use super::store::Store;
use crate::error::Error;
use crate::kept::{KeptCheckpoint, KeptCosignature};

/// The ledger's own id.
pub(super) async fn ledger(connection: &mut PgConnection) -> Result<Uuid, Error> {
    Ok(sqlx::query_scalar("SELECT ledger FROM identity").fetch_one(connection).await?)
}

pub(super) fn checkpoint(row: &PgRow) -> Result<KeptCheckpoint, Error> {
    Ok(KeptCheckpoint { number: number(row, 0)?, note: row.try_get(1)?, kept_at: row.try_get(2)? })
}

impl Store {
    /// Asked again where the answer got lost, it finds its own row and adds none.
    pub(crate) async fn keep_checkpoint(&self, number: u64, note: &str) -> Result<(), Error> {
        let kept_at = self.now();
        self.written(|| {
            sqlx::query(
                "INSERT INTO kept_checkpoints (number, note, kept_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(stored(number))
            .bind(note)
            .bind(kept_at)
        })
        .await?;
        Ok(())
    }

    pub(crate) async fn newest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, Error> {
        let newest = "SELECT number, note, kept_at FROM kept_checkpoints ORDER BY number DESC LIMIT 1";
        self.maybe_row(|| sqlx::query(newest)).await?.as_ref().map(checkpoint).transpose()
    }

    pub(crate) async fn kept_checkpoints(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<KeptCheckpoint>, Error> {
        let rows = self
            .rows(|| {
                sqlx::query(
                    "SELECT number, note, kept_at FROM kept_checkpoints WHERE number > $1 ORDER BY number LIMIT $2",
                )
                .bind(stored(after))
                .bind(stored(limit as u64))
            })
            .await?;
        rows.iter().map(checkpoint).collect()
    }

    pub(crate) async fn keep_cosignature(&self, number: u64, witness: &str, line: &str) -> Result<(), Error> {
        let kept_at = self.now();
        self.written(|| {
            sqlx::query(
                "INSERT INTO kept_cosignatures (number, witness, line, kept_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            )
            .bind(stored(number))
            .bind(witness)
            .bind(line)
            .bind(kept_at)
        })
        .await?;
        Ok(())
    }

    pub(crate) async fn cosignatures(&self, number: u64) -> Result<Vec<KeptCosignature>, Error> {
        let rows = self
            .rows(|| {
                sqlx::query(
                    "SELECT witness, line, kept_at FROM kept_cosignatures WHERE number = $1 ORDER BY cosignature",
                )
                .bind(stored(number))
            })
            .await?;
        let cosignature = |row: &PgRow| {
            Ok(KeptCosignature { witness: row.try_get(0)?, line: row.try_get(1)?, kept_at: row.try_get(2)? })
        };
        rows.iter().map(cosignature).collect()
    }
}
