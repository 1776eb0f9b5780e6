use chrono::{DateTime, SubsecRound, Utc};
use sqlx::Row;
use uuid::Uuid;

use super::column::{number, stored_shard};
use super::journal;
use super::store::Store;
use crate::error::Error;
use crate::journal::JournalEntry;
use crate::key::Erasure;
use crate::shard::shard_of;

const ERASE: &str = "SELECT at, before, bodies FROM baohan_erase($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)";

impl Store {
    /// The old bytes lie in dead rows until the database's vacuum, which the tables ask for at once, overwrites them.
    pub(crate) async fn erase_key(
        &self,
        aggregate_id: Uuid,
        mut entry: JournalEntry,
    ) -> Result<Option<Erasure>, Error> {
        entry.received_at = entry.received_at.trunc_subsecs(6);
        let (entry, shard) = (&entry, stored_shard(shard_of(aggregate_id, self.shards())));
        let row = self
            .written(|| {
                journal::bind_one(sqlx::query(ERASE).bind(shard).bind(aggregate_id.to_string()), entry)
            })
            .await?;
        row.map(|row| {
            let destroyed_at: DateTime<Utc> = row.try_get(0)?;
            Ok(Erasure { destroyed_at, repeated: row.try_get(1)?, bodies: number(&row, 2)? })
        })
        .transpose()
    }
}
