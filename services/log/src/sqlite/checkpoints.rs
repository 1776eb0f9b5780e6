use futures::FutureExt;
use sqlx::SqliteConnection;

use super::column;
use super::store::Store;
use crate::error::Error;

impl Store {
    pub(crate) async fn checkpoint(&self, consumer: &str, shard: u16) -> Result<u64, Error> {
        let row = sqlx::query("SELECT position FROM checkpoints WHERE consumer = ? AND shard = ?")
            .bind(consumer)
            .bind(shard)
            .fetch_optional(self.readers())
            .await?;
        row.map_or(Ok(0), |row| column::number(&row, 0))
    }

    pub(crate) async fn move_checkpoint(
        &self,
        consumer: &str,
        shard: u16,
        position: u64,
    ) -> Result<u64, Error> {
        let consumer = consumer.to_owned();
        self.write(move |connection| {
            let consumer = consumer.clone();
            async move { move_on(connection, &consumer, shard, position).await }.boxed()
        })
        .await
    }
}

async fn move_on(
    connection: &mut SqliteConnection,
    consumer: &str,
    shard: u16,
    position: u64,
) -> Result<u64, Error> {
    let row = sqlx::query(
        "INSERT INTO checkpoints (consumer, shard, position) VALUES (?, ?, ?)
         ON CONFLICT (consumer, shard) DO UPDATE SET position = max(position, excluded.position)
         RETURNING position",
    )
    .bind(consumer)
    .bind(shard)
    .bind(column::stored(position))
    .fetch_one(connection)
    .await?;
    column::number(&row, 0)
}
