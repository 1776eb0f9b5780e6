use futures::FutureExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};
use uuid::Uuid;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::kept::{KeptCheckpoint, KeptCosignature};

/// The ledger's own id.
pub(super) async fn ledger(connection: &mut SqliteConnection) -> Result<Uuid, Error> {
    let row = sqlx::query("SELECT ledger FROM identity").fetch_one(connection).await?;
    column::aggregate(&row, 0)
}

pub(super) fn checkpoint(row: &SqliteRow) -> Result<KeptCheckpoint, Error> {
    Ok(KeptCheckpoint {
        number: column::number(row, 0)?,
        note: column::text(row, 1)?,
        kept_at: column::time(row, 2)?,
    })
}

impl Store {
    pub(crate) async fn keep_checkpoint(&self, number: u64, note: &str) -> Result<(), Error> {
        let (note, kept_at) = (note.to_owned(), self.now().timestamp_micros());
        self.write(move |connection| {
            let note = note.clone();
            async move {
                // Of two that wait for the writer, the second finds the first one's.
                sqlx::query("INSERT INTO kept_checkpoints (number, note, kept_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                .bind(column::stored(number))
                .bind(note)
                .bind(kept_at)
                .execute(connection)
                .await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn newest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, Error> {
        newest(self.readers()).await
    }

    pub(crate) async fn kept_checkpoints(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<KeptCheckpoint>, Error> {
        let rows = sqlx::query(
            "SELECT number, note, kept_at FROM kept_checkpoints WHERE number > ? ORDER BY number LIMIT ?",
        )
        .bind(column::stored(after))
        .bind(column::stored(limit as u64))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(checkpoint).collect()
    }

    pub(crate) async fn keep_cosignature(&self, number: u64, witness: &str, line: &str) -> Result<(), Error> {
        let (witness, line, kept_at) = (witness.to_owned(), line.to_owned(), self.now().timestamp_micros());
        self.write(move |connection| {
            let (witness, line) = (witness.clone(), line.clone());
            async move {
                sqlx::query(
                    "INSERT INTO kept_cosignatures (number, witness, line, kept_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                )
                .bind(column::stored(number))
                .bind(witness)
                .bind(line)
                .bind(kept_at)
                .execute(connection)
                .await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    pub(crate) async fn cosignatures(&self, number: u64) -> Result<Vec<KeptCosignature>, Error> {
        let rows = sqlx::query(
            "SELECT witness, line, kept_at FROM kept_cosignatures WHERE number = ? ORDER BY cosignature",
        )
        .bind(column::stored(number))
        .fetch_all(self.readers())
        .await?;
        let cosignature = |row| {
            Ok(KeptCosignature {
                witness: column::text(row, 0)?,
                line: column::text(row, 1)?,
                kept_at: column::time(row, 2)?,
            })
        };
        rows.iter().map(cosignature).collect()
    }
}

async fn newest(readers: &SqlitePool) -> Result<Option<KeptCheckpoint>, Error> {
    let newest = "SELECT number, note, kept_at FROM kept_checkpoints ORDER BY number DESC LIMIT 1";
    sqlx::query(newest).fetch_optional(readers).await?.as_ref().map(checkpoint).transpose()
}
