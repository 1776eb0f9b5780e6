use std::collections::{HashMap, HashSet};

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::column;
use crate::error::{AppendError, Error};
use crate::event::Append;
use crate::pending::Pending;

/// What the store knows of what appends want, and what those before in the same batch have taken.
pub(super) struct Known {
    sequences: HashMap<Uuid, u64>,
    numbers: HashMap<String, Uuid>,
    idempotency_keys: HashSet<String>,
}

impl Known {
    pub(super) async fn of(
        connection: &mut SqliteConnection,
        appends: &[&mut Pending],
    ) -> Result<Self, Error> {
        let wanted = || appends.iter().map(|pending| &pending.append);
        let numbers = wanted().filter_map(|append| append.guarantee_no.as_deref()).collect::<Vec<_>>();
        let keys =
            wanted().filter_map(|append| append.idempotency.as_ref()).map(|record| record.key.as_str());
        let keys = keys.collect::<Vec<_>>();
        Ok(Self {
            sequences: sequences(connection, wanted().map(|append| append.aggregate_id)).await?,
            numbers: owners(connection, &numbers).await?,
            idempotency_keys: kept(connection, &keys).await?,
        })
    }

    /// Takes what an append wants, or says what is against it.
    pub(super) fn admit(&mut self, append: &Append) -> Result<(), AppendError> {
        let actual = self.sequences.get(&append.aggregate_id).copied().unwrap_or(0);
        if actual != append.expected_sequence {
            return Err(AppendError::Conflict { actual });
        }
        if let Some(number) = &append.guarantee_no
            && self.numbers.get(number).is_some_and(|owner| *owner != append.aggregate_id)
        {
            return Err(AppendError::NumberInUse);
        }
        if let Some(record) = &append.idempotency
            && !self.idempotency_keys.insert(record.key.clone())
        {
            return Err(AppendError::IdempotencyKeyInUse);
        }
        if let Some(number) = &append.guarantee_no {
            self.numbers.insert(number.clone(), append.aggregate_id);
        }
        self.sequences.insert(append.aggregate_id, actual + append.events.len() as u64);
        Ok(())
    }
}

/// How many events aggregates have; those that have none are missing. One row comes back for all of them: an id has 36 characters,
/// the rest of an item is the number.
async fn sequences(
    connection: &mut SqliteConnection,
    aggregates: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, u64>, Error> {
    const ID_CHARACTERS: usize = 36;
    let Some(wanted) = json_list(aggregates.map(|id| id.to_string())) else {
        return Ok(HashMap::new());
    };
    let found: Option<String> = sqlx::query_scalar(
        "SELECT group_concat(wanted.value ||
                (SELECT max(sequence) FROM events WHERE aggregate_id = wanted.value))
           FROM json_each(?) AS wanted",
    )
    .bind(wanted)
    .fetch_one(connection)
    .await?;
    let found = found.unwrap_or_default();
    let items = found.split(',').filter(|item| !item.is_empty());
    items
        .map(|item| {
            let (id, sequence) = item.split_at_checked(ID_CHARACTERS).unwrap_or_default();
            let sequence = sequence.parse().map_err(|_| Error::Damaged(format!("a sequence, {item}")))?;
            Ok((column::parsed(id)?, sequence))
        })
        .collect()
}

/// Whose the numbers are; those that nobody has are missing.
async fn owners(connection: &mut SqliteConnection, numbers: &[&str]) -> Result<HashMap<String, Uuid>, Error> {
    let Some(wanted) = json_list(numbers.iter().copied()) else {
        return Ok(HashMap::new());
    };
    let rows = sqlx::query(
        "SELECT number, aggregate_id FROM guarantee_numbers WHERE number IN (SELECT value FROM json_each(?))",
    )
    .bind(wanted)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((column::text(row, 0)?, column::aggregate(row, 1)?))).collect()
}

/// Which of the idempotency keys are kept already.
async fn kept(connection: &mut SqliteConnection, keys: &[&str]) -> Result<HashSet<String>, Error> {
    let Some(wanted) = json_list(keys.iter().copied()) else {
        return Ok(HashSet::new());
    };
    let rows: Vec<SqliteRow> =
        sqlx::query("SELECT key FROM idempotency WHERE key IN (SELECT value FROM json_each(?))")
            .bind(wanted)
            .fetch_all(connection)
            .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// A JSON list of texts; none of an empty list.
fn json_list(texts: impl Iterator<Item = impl Into<String>>) -> Option<String> {
    let list: Vec<serde_json::Value> = texts.map(|text| serde_json::Value::String(text.into())).collect();
    (!list.is_empty()).then(|| serde_json::Value::Array(list).to_string())
}
