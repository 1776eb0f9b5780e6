use super::column::{stored, stored_shard, unsigned};
use super::store::Store;
use crate::error::Error;

impl Store {
    pub(crate) async fn checkpoint(&self, consumer: &str, shard: u16) -> Result<u64, Error> {
        let position: Option<i64> = self
            .reading(|pool| async move {
                sqlx::query_scalar("SELECT position FROM checkpoints WHERE consumer = $1 AND shard = $2")
                    .bind(consumer)
                    .bind(stored_shard(shard))
                    .fetch_optional(&pool)
                    .await
            })
            .await?;
        position.map_or(Ok(0), unsigned)
    }

    pub(crate) async fn move_checkpoint(
        &self,
        consumer: &str,
        shard: u16,
        position: u64,
    ) -> Result<u64, Error> {
        let stands = self
            .writing(|pool| async move {
                sqlx::query_scalar(
                    "INSERT INTO checkpoints AS c (consumer, shard, position) VALUES ($1, $2, $3)
                     ON CONFLICT (consumer, shard) DO UPDATE SET position = greatest(c.position, excluded.position)
                     RETURNING position",
                )
                .bind(consumer)
                .bind(stored_shard(shard))
                .bind(stored(position))
                .fetch_one(&pool)
                .await
            })
            .await?;
        unsigned(stands)
    }
}
