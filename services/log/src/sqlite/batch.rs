use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Row, SqliteConnection};
use uuid::Uuid;

use super::column::{self, stored};
use super::head::Head;
use super::insert::Insert;
use super::journal;
use super::writer::{Command, Pending, Placed};
use crate::error::{AppendError, Error};
use crate::event::{AGGREGATE_TYPE, Append, NewEvent};
use crate::idempotency::IdempotencyRecord;
use crate::journal::JournalEntry;

/// The statements that add rows.
pub(super) struct Inserts {
    events: Insert,
    journal: Insert,
    keys: Insert,
    numbers: Insert,
    idempotency: Insert,
}

impl Inserts {
    pub(super) fn new() -> Self {
        Self {
            events: Insert::new(
                "events (aggregate_type, shard, id, aggregate_id, sequence, event_type, event_version, payload, metadata, position, \
                 recorded_at)",
                &format!("'{AGGREGATE_TYPE}', 0, *"),
                9,
            ),
            journal: Insert::new(journal::COLUMNS, "*", 16),
            keys: Insert::new("keys (position, wrapped)", "*", 2),
            numbers: Insert::new("guarantee_numbers (number, aggregate_id)", "*", 2).unless_there(),
            idempotency: Insert::new("idempotency (key, content_sm3, status, at, body)", "*", 5),
        }
    }
}

/// Writes what commands ask for in one transaction, and answers the head after it. On an error the transaction is left to
/// be rolled back. A command that is refused has that in its verdict, and nothing of it is written.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    inserts: &Inserts,
    head: Head,
    now: DateTime<Utc>,
    commands: &mut [Command],
) -> Result<Head, Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let mut appends: Vec<&mut Pending> = commands.iter_mut().filter_map(append).collect();
    let recorded_at = now.trunc_subsecs(6).max(head.recorded_at);
    let mut known = Known::of(connection, &appends).await?;
    let mut position = head.position;
    for pending in &mut appends {
        pending.verdict = known.admit(&pending.append).map(|()| {
            let first_position = position + 1;
            position += pending.append.events.len() as u64;
            Placed { first_position, recorded_at }
        });
    }
    let moved = Head { position, recorded_at, ..head };
    Rows::of(commands).insert(connection, inserts).await?;
    for command in commands.iter_mut() {
        if let Command::Chore(chore) = command {
            chore.carry_out(connection).await?;
        }
    }
    if moved.position == head.position {
        sqlx::query("COMMIT").execute(&mut *connection).await?;
        return Ok(head);
    }
    let touched = sqlx::query("UPDATE heads SET position = ? WHERE shard = 0 AND position = ?")
        .bind(stored(moved.position))
        .bind(stored(head.position))
        .execute(&mut *connection)
        .await?;
    if touched.rows_affected() != 1 {
        return Err(Error::Damaged("somebody else moved the head".to_owned()));
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(moved)
}

fn append(command: &mut Command) -> Option<&mut Pending> {
    match command {
        Command::Append(pending) => Some(pending),
        Command::Record(..) | Command::Chore(_) | Command::Overwrite(_) | Command::Close => None,
    }
}

/// What the store knows of what appends want, and what those before in the same batch have taken.
struct Known {
    sequences: HashMap<Uuid, u64>,
    numbers: HashMap<String, Uuid>,
    idempotency_keys: HashSet<String>,
}

impl Known {
    async fn of(connection: &mut SqliteConnection, appends: &[&mut Pending]) -> Result<Self, Error> {
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
    fn admit(&mut self, append: &Append) -> Result<(), AppendError> {
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

/// An event and where it goes.
struct EventRow<'q> {
    event: &'q NewEvent,
    aggregate_id: Arc<str>,
    sequence: u64,
    position: u64,
    recorded_at: DateTime<Utc>,
}

/// All rows that commands add, by table.
#[derive(Default)]
struct Rows<'q> {
    events: Vec<EventRow<'q>>,
    journal: Vec<&'q JournalEntry>,
    keys: Vec<KeyRow<'q>>,
    numbers: Vec<NumberRow<'q>>,
    idempotency: Vec<&'q IdempotencyRecord>,
}

struct KeyRow<'q> {
    position: u64,
    wrapped: &'q [u8],
}

struct NumberRow<'q> {
    number: &'q str,
    aggregate_id: Arc<str>,
}

impl<'q> Rows<'q> {
    fn of(commands: &'q [Command]) -> Self {
        let mut rows = Self::default();
        for command in commands {
            match command {
                Command::Append(Pending { append, verdict: Ok(placed), .. }) => rows.add(append, *placed),
                Command::Record(entry, _) => rows.journal.push(entry),
                Command::Append(_) | Command::Chore(_) | Command::Overwrite(_) | Command::Close => {}
            }
        }
        rows
    }

    fn add(&mut self, append: &'q Append, placed: Placed) {
        let aggregate_id: Arc<str> = append.aggregate_id.to_string().into();
        self.events.extend(append.events.iter().zip(0_u64..).map(|(event, index)| EventRow {
            event,
            aggregate_id: aggregate_id.clone(),
            sequence: append.expected_sequence + 1 + index,
            position: placed.first_position + index,
            recorded_at: placed.recorded_at,
        }));
        self.journal.extend(&append.journal);
        let key = append.key.as_deref();
        self.keys.extend(key.map(|wrapped| KeyRow { position: placed.first_position, wrapped }));
        let number = append.guarantee_no.as_deref();
        self.numbers.extend(number.map(|number| NumberRow { number, aggregate_id }));
        self.idempotency.extend(&append.idempotency);
    }

    async fn insert(&'q self, connection: &mut SqliteConnection, inserts: &'q Inserts) -> Result<(), Error> {
        inserts.events.all(connection, &self.events, bind_event).await?;
        inserts
            .journal
            .all(connection, &self.journal, |entry, arguments| journal::bind(entry, arguments))
            .await?;
        inserts.keys.all(connection, &self.keys, bind_key).await?;
        inserts.numbers.all(connection, &self.numbers, bind_number).await?;
        inserts
            .idempotency
            .all(connection, &self.idempotency, |record, arguments| bind_record(record, arguments))
            .await
    }
}

fn bind_event<'q>(row: &'q EventRow<'q>, arguments: &mut SqliteArguments<'q>) -> Result<(), BoxDynError> {
    arguments.add(row.event.id.as_bytes().as_slice())?;
    arguments.add(&*row.aggregate_id)?;
    arguments.add(stored(row.sequence))?;
    arguments.add(row.event.event_type.as_str())?;
    arguments.add(row.event.event_version.as_str())?;
    arguments.add(row.event.payload.as_str())?;
    arguments.add(row.event.metadata.as_str())?;
    arguments.add(stored(row.position))?;
    arguments.add(row.recorded_at.timestamp_micros())
}

fn bind_key<'q>(row: &'q KeyRow<'q>, arguments: &mut SqliteArguments<'q>) -> Result<(), BoxDynError> {
    arguments.add(stored(row.position))?;
    arguments.add(row.wrapped)
}

fn bind_number<'q>(row: &'q NumberRow<'q>, arguments: &mut SqliteArguments<'q>) -> Result<(), BoxDynError> {
    arguments.add(row.number)?;
    arguments.add(&*row.aggregate_id)
}

fn bind_record<'q>(
    record: &'q IdempotencyRecord,
    arguments: &mut SqliteArguments<'q>,
) -> Result<(), BoxDynError> {
    arguments.add(record.key.as_str())?;
    arguments.add(record.content_sm3.as_str())?;
    arguments.add(record.status)?;
    arguments.add(record.at.timestamp_micros())?;
    arguments.add(record.body.as_slice())
}
