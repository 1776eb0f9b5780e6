use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, SqliteConnection};

use super::column::stored;
use super::command::Command;
use super::insert::Insert;
use super::journal;
use crate::error::Error;
use crate::event::{AGGREGATE_TYPE, Append, NewEvent};
use crate::idempotency::IdempotencyRecord;
use crate::journal::JournalEntry;
use crate::pending::{Pending, Placed};

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

/// All rows that commands add, by table.
#[derive(Default)]
pub(super) struct Rows<'q> {
    events: Vec<EventRow<'q>>,
    journal: Vec<&'q JournalEntry>,
    keys: Vec<KeyRow<'q>>,
    numbers: Vec<NumberRow<'q>>,
    idempotency: Vec<&'q IdempotencyRecord>,
}

/// An event and where it goes.
struct EventRow<'q> {
    event: &'q NewEvent,
    aggregate_id: Arc<str>,
    sequence: u64,
    position: u64,
    recorded_at: DateTime<Utc>,
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
    pub(super) fn of(commands: &'q [Command]) -> Self {
        let mut rows = Self::default();
        for command in commands {
            match command {
                Command::Append(pending) => rows.add_admitted(pending),
                Command::Record(entry, _) => rows.journal.push(entry),
                Command::Chore(_) | Command::Overwrite(_) | Command::Renew(..) | Command::Close => {}
            }
        }
        rows
    }

    fn add_admitted(&mut self, Pending { append, verdict, .. }: &'q Pending) {
        if let Ok(placed) = verdict {
            self.add(append, *placed);
        }
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

    pub(super) async fn insert(
        &'q self,
        connection: &mut SqliteConnection,
        inserts: &'q Inserts,
    ) -> Result<(), Error> {
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
