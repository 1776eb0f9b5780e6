use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, Connection as _, Row as _, SqliteConnection};
use uuid::Uuid;

use super::super::column::stored;
use super::super::connection::Place;
use super::super::head;
use super::super::insert::Insert;
use super::super::journal;
use super::super::lockfile::Lockfile;
use super::super::migrations;
use super::super::numbers::day_of;
use super::origins;
use crate::error::Error;
use crate::event::AGGREGATE_TYPE;
use crate::key::KeyState;
use crate::log::Options;
use crate::transfer::{Item, Kept, Origin};

/// What a file that is being filled is called behind the name of the ledger; it takes the ledger's name once it is whole.
const BEHIND_NAME: &str = ".importing";
/// What SQLite keeps beside a database file.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// A file beside the ledger's place, filled without a journal: it is worth nothing until it is whole, and is then moved into place.
pub(crate) struct Load {
    /// Nobody else opens the ledger meanwhile.
    lock: Lockfile,
    place: PathBuf,
    work: PathBuf,
    connection: SqliteConnection,
    incarnation: Uuid,
    inserts: Inserts,
}

impl Load {
    pub(crate) async fn begin(options: &Options) -> Result<Self, Error> {
        let place = Place::of(&options.url)?;
        place.make_folder()?;
        let lock = Lockfile::take(place.path())?;
        if place.path().exists() {
            refuse_unless_empty(&place).await?;
        }
        let mut work = place.path().as_os_str().to_owned();
        work.push(BEHIND_NAME);
        let work = PathBuf::from(work);
        // What an import left that ended before it was whole.
        remove(&work)?;
        let file = Place::at(work.clone());
        let mut connection = file.writer().await?;
        for pragma in ["journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"] {
            sqlx::raw_sql(&format!("PRAGMA {pragma}")).execute(&mut connection).await?;
        }
        migrations::run(&mut connection, &file).await?;
        let incarnation = head::found(&mut connection).await?.incarnation;
        sqlx::query("BEGIN").execute(&mut connection).await?;
        let place = place.path().to_owned();
        Ok(Self { lock, place, work, connection, incarnation, inserts: Inserts::new() })
    }

    pub(crate) fn incarnation(&self) -> Uuid {
        self.incarnation
    }

    pub(crate) async fn events(&mut self, events: &[Kept]) -> Result<(), Error> {
        self.inserts.events.all(&mut self.connection, events, bind_event).await?;
        let keys: Vec<&Kept> = events.iter().filter(|kept| kept.key != KeyState::None).collect();
        self.inserts.keys.all(&mut self.connection, &keys, |kept, arguments| bind_key(kept, arguments)).await
    }

    pub(crate) async fn beside(&mut self, items: &[Item]) -> Result<(), Error> {
        for of_one_table in items.chunk_by(|one, next| one.table() == next.table()) {
            match of_one_table.first() {
                Some(Item::Origin(_)) => {
                    for item in of_one_table {
                        if let Item::Origin(origin) = item {
                            origins::add(&mut self.connection, origin).await?;
                        }
                    }
                }
                Some(first) => {
                    let insert = self.inserts.of(first);
                    insert.all(&mut self.connection, of_one_table, bind_item).await?;
                }
                None => {}
            }
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self: Box<Self>, origin: &Origin, positions: &[u64]) -> Result<(), Error> {
        origins::add(&mut self.connection, origin).await?;
        let position = positions.iter().sum();
        sqlx::query("UPDATE heads SET position = ? WHERE shard = 0")
            .bind(stored(position))
            .execute(&mut self.connection)
            .await?;
        sqlx::query("COMMIT").execute(&mut self.connection).await?;
        // The head that every later opening asks for.
        head::fetch(&mut self.connection).await?;
        self.connection.close().await?;
        durable(&self.work)?;
        // A ledger that was there held nothing; what it left beside its file belongs to no other.
        remove(&self.place)?;
        fs::rename(&self.work, &self.place).map_err(file(&self.place))?;
        if let Some(folder) = self.place.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            durable(folder)?;
        }
        drop(self.lock);
        Ok(())
    }
}

/// A ledger into which nothing was ever written may be put aside; any other stays.
async fn refuse_unless_empty(place: &Place) -> Result<(), Error> {
    let mut connection = place.writer().await?;
    migrations::run(&mut connection, place).await?;
    for table in [
        "events",
        "journal",
        "keys",
        "guarantee_numbers",
        "number_reservations",
        "idempotency",
        "deliveries",
        "attempts",
        "section_facts",
        "section_watermarks",
        "readings",
        "origins",
        "kept_checkpoints",
    ] {
        let row =
            sqlx::query(&format!("SELECT EXISTS (SELECT 1 FROM {table})")).fetch_one(&mut connection).await?;
        if row.try_get(0)? {
            return Err(Error::NotEmpty { table });
        }
    }
    connection.close().await?;
    Ok(())
}

/// Removes a database file and what SQLite keeps beside it.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    for beside in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(file(Path::new(&name))(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns once a file or a folder is on the disk.
pub(super) fn durable(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|opened| opened.sync_all()).map_err(file(path))
}

pub(super) fn file(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::File { path: path.to_owned(), source: Arc::new(source) }
}

/// The statements that add rows, a table each.
struct Inserts {
    events: Insert,
    keys: Insert,
    journal: Insert,
    numbers: Insert,
    reservations: Insert,
    idempotency: Insert,
    deliveries: Insert,
    attempts: Insert,
    section_facts: Insert,
    section_watermarks: Insert,
    readings: Insert,
}

impl Inserts {
    fn new() -> Self {
        Self {
            events: Insert::new(
                "events (aggregate_type, shard, id, aggregate_id, sequence, event_type, event_version, payload, metadata, position, \
                 recorded_at)",
                &format!("'{AGGREGATE_TYPE}', 0, *"),
                9,
            ),
            keys: Insert::new("keys (position, wrapped, destroyed_at)", "*", 3),
            journal: Insert::new(journal::COLUMNS, "*", 16),
            numbers: Insert::new("guarantee_numbers (number, aggregate_id)", "*", 2),
            reservations: Insert::new("number_reservations (aggregate_id, date, serial)", "*", 3),
            idempotency: Insert::new("idempotency (key, content_sm3, status, at, body)", "*", 5),
            deliveries: Insert::new("deliveries (notice_id, state, attempts, next_at)", "*", 4),
            attempts: Insert::new(
                "attempts (notice_id, number, started_at, duration_ms, status, outcome, next_at, reply)",
                "*",
                8,
            ),
            section_facts: Insert::new(
                "section_facts (platform, section_no, status, content, told_at)",
                "*",
                5,
            ),
            section_watermarks: Insert::new("section_watermarks (platform, watermark)", "*", 2),
            readings: Insert::new("readings (aggregate_id, actor, fields, at)", "*", 4),
        }
    }

    fn of(&self, item: &Item) -> &Insert {
        match item {
            Item::Journal(_) => &self.journal,
            Item::Number { .. } => &self.numbers,
            Item::Reservation { .. } => &self.reservations,
            Item::Idempotency(_) => &self.idempotency,
            Item::Delivery(_) => &self.deliveries,
            Item::Attempt(_) => &self.attempts,
            Item::SectionFact { .. } => &self.section_facts,
            Item::SectionWatermark { .. } => &self.section_watermarks,
            // Origins are few, and are added one by one.
            Item::Reading(_) | Item::Origin(_) => &self.readings,
        }
    }
}

fn bind_event<'q>(
    Kept { event, .. }: &'q Kept,
    arguments: &mut SqliteArguments<'q>,
) -> Result<(), BoxDynError> {
    arguments.add(event.id.as_bytes().as_slice())?;
    arguments.add(event.aggregate_id.to_string())?;
    arguments.add(stored(event.sequence))?;
    arguments.add(event.event_type.as_str())?;
    arguments.add(event.event_version.as_str())?;
    arguments.add(event.payload.as_str())?;
    arguments.add(event.metadata.as_str())?;
    arguments.add(stored(event.position))?;
    arguments.add(event.recorded_at.timestamp_micros())
}

fn bind_key<'q>(
    Kept { event, key }: &'q Kept,
    arguments: &mut SqliteArguments<'q>,
) -> Result<(), BoxDynError> {
    let (wrapped, destroyed_at) = match key {
        KeyState::Wrapped(wrapped) => (Some(wrapped.as_slice()), None),
        KeyState::Destroyed { at } => (None, Some(at.timestamp_micros())),
        KeyState::None => (None, None),
    };
    arguments.add(stored(event.position))?;
    arguments.add(wrapped)?;
    arguments.add(destroyed_at)
}

fn bind_item<'q>(item: &'q Item, arguments: &mut SqliteArguments<'q>) -> Result<(), BoxDynError> {
    match item {
        Item::Journal(entry) => journal::bind(entry, arguments),
        Item::Number { number, aggregate_id } => {
            arguments.add(number.as_str())?;
            arguments.add(aggregate_id.to_string())
        }
        Item::Reservation { aggregate_id, reservation } => {
            arguments.add(aggregate_id.to_string())?;
            arguments.add(day_of(reservation.date))?;
            arguments.add(stored(reservation.serial))
        }
        Item::Idempotency(record) => {
            arguments.add(record.key.as_str())?;
            arguments.add(record.content_sm3.as_str())?;
            arguments.add(record.status)?;
            arguments.add(record.at.timestamp_micros())?;
            arguments.add(record.body.as_slice())
        }
        Item::Delivery(delivery) => {
            arguments.add(delivery.notice_id.as_bytes().as_slice())?;
            arguments.add(delivery.state.as_str())?;
            arguments.add(delivery.attempts)?;
            arguments.add(delivery.next_at.map(|at| at.timestamp_micros()))
        }
        Item::Attempt(attempt) => {
            arguments.add(attempt.notice_id.as_bytes().as_slice())?;
            arguments.add(attempt.number)?;
            arguments.add(attempt.started_at.timestamp_micros())?;
            arguments.add(stored(attempt.duration_ms))?;
            arguments.add(attempt.status)?;
            arguments.add(attempt.outcome.as_str())?;
            arguments.add(attempt.next_at.map(|at| at.timestamp_micros()))?;
            arguments.add(attempt.reply.as_deref())
        }
        Item::SectionFact { platform, fact } => {
            arguments.add(platform.as_str())?;
            arguments.add(fact.section_no.as_str())?;
            arguments.add(fact.status.as_str())?;
            arguments.add(fact.content.as_str())?;
            arguments.add(fact.told_at.timestamp_micros())
        }
        Item::SectionWatermark { platform, watermark } => {
            arguments.add(platform.as_str())?;
            arguments.add(watermark.as_str())
        }
        Item::Reading(reading) => {
            arguments.add(reading.aggregate_id.to_string())?;
            arguments.add(reading.actor.as_str())?;
            arguments.add(serde_json::Value::from(reading.fields.clone()).to_string())?;
            arguments.add(reading.at.timestamp_micros())
        }
        Item::Origin(_) => Err("an origin among other rows".into()),
    }
}
