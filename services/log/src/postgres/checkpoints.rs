use super::column::{number, stored, stored_shard};
use super::store::Store;
use crate::error::Error;

impl Store {
    pub(crate) async fn checkpoint(&self, consumer: &str, shard: u16) -> Result<u64, Error> {
        let row = self
            .maybe_row(|| {
                sqlx::query("SELECT position FROM checkpoints WHERE consumer = $1 AND shard = $2")
                    .bind(consumer)
                    .bind(stored_shard(shard))
            })
            .await?;
        row.map_or(Ok(0), |row| number(&row, 0))
    }

    pub(crate) async fn move_checkpoint(
        &self,
        consumer: &str,
        shard: u16,
        position: u64,
    ) -> Result<u64, Error> {
        let stands = self
            .written_row(|| {
                sqlx::query(
                    "INSERT INTO checkpoints AS c (consumer, shard, position) VALUES ($1, $2, $3)
                     ON CONFLICT (consumer, shard) DO UPDATE SET position = greatest(c.position, excluded.position)
                     RETURNING position",
                )
                .bind(consumer)
                .bind(stored_shard(shard))
                .bind(stored(position))
            })
            .await?;
        number(&stands, 0)
    }
}
