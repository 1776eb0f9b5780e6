use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use uuid::Uuid;

use super::alone;
use super::asking::Asked;
use super::column::{stored, stored_shard, unsigned};
use super::command::Command;
use super::journal::Calls;
use crate::error::{AppendError, Error};
use crate::idempotency::IdempotencyRecord;
use crate::pending::{Pending, Placed};

/// One call for the whole batch, however many commands are in it.
const APPEND: &str = "SELECT verdicts, actual, first_positions, head_positions, head_times, head_incarnations FROM baohan_append( \
                      $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30, \
                      $31,$32,$33,$34,$35,$36,$37,$38,$39,$40,$41,$42,$43)";

/// What the database says of an append, by number.
pub(super) mod verdict {
    pub(in super::super) const ADMITTED: i16 = 0;
    pub(in super::super) const CONFLICT: i16 = 1;
    pub(super) const NUMBER_IN_USE: i16 = 2;
    pub(super) const IDEMPOTENCY_KEY_IN_USE: i16 = 3;
}

/// Why a batch did not come through.
pub(super) enum Failed {
    /// What the database said, or that it said nothing.
    Asking(sqlx::Error),
    /// It said what cannot be.
    Reading(Error),
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Asking(error)
    }
}

/// Writes what commands ask for in one transaction and one round trip, and gives each append its verdict. Answers how far the heads of its
/// shards are.
pub(super) async fn write(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    commands: &mut [Command],
) -> Result<Vec<(u16, u64)>, Failed> {
    if let Some(pending) = alone::pending(commands) {
        return alone::write(connection, now, pending).await;
    }
    let shards = shards(commands);
    let answer = {
        let rows = Rows::of(commands, &shards);
        let query = sqlx::query(APPEND).bind(now.trunc_subsecs(6)).bind(&shards);
        let row = rows.bind(query).fetch_one(connection).await?;
        if shards.is_empty() {
            return Ok(Vec::new());
        }
        Answer::of(&row)?
    };
    answer.give(commands, &shards).map_err(Failed::Reading)
}

/// The shards of the appends, in order.
fn shards(commands: &[Command]) -> Vec<i16> {
    let shards = commands.iter().filter_map(|command| match command {
        Command::Append(pending) => Some(stored_shard(pending.shard)),
        Command::Record(..) | Command::Close => None,
    });
    shards.collect::<BTreeSet<_>>().into_iter().collect()
}

/// All that commands ask for, column by column.
#[derive(Default)]
struct Rows<'q> {
    appends: Appends<'q>,
    events: Events<'q>,
    calls: Calls<'q>,
}

#[derive(Default)]
struct Appends<'q> {
    head: Vec<i32>,
    aggregate: Vec<String>,
    expected: Vec<i64>,
    events: Vec<i32>,
    earlier: Vec<i32>,
    key: Vec<Option<&'q [u8]>>,
    number: Vec<Option<&'q str>>,
    number_earlier: Vec<i32>,
    idempotency: Vec<Option<&'q IdempotencyRecord>>,
    idempotency_earlier: Vec<i32>,
}

#[derive(Default)]
struct Events<'q> {
    append: Vec<i32>,
    nth: Vec<i32>,
    shard: Vec<i16>,
    aggregate: Vec<String>,
    sequence: Vec<i64>,
    id: Vec<Uuid>,
    kind: Vec<&'q str>,
    version: Vec<&'q str>,
    payload: Vec<&'q str>,
    metadata: Vec<&'q str>,
}

/// The last append of a batch that concerned the same thing, counted from 1; 0: there was none.
#[derive(Default)]
struct Earlier<K>(HashMap<K, i32>);

impl<K: std::hash::Hash + Eq> Earlier<K> {
    fn than(&mut self, append: i32, concerned: Option<K>) -> i32 {
        concerned.and_then(|concerned| self.0.insert(concerned, append)).unwrap_or(0)
    }
}

impl<'q> Rows<'q> {
    fn of(commands: &'q [Command], shards: &[i16]) -> Self {
        let mut rows = Self::default();
        let (mut aggregates, mut numbers, mut keys) =
            (Earlier::default(), Earlier::default(), Earlier::default());
        let mut nth = 0;
        for command in commands {
            match command {
                Command::Append(pending) => {
                    nth += 1;
                    let append = &pending.append;
                    rows.appends.earlier.push(aggregates.than(nth, Some(append.aggregate_id)));
                    rows.appends.number_earlier.push(numbers.than(nth, append.guarantee_no.as_deref()));
                    let key = append.idempotency.as_ref().map(|record| record.key.as_str());
                    rows.appends.idempotency_earlier.push(keys.than(nth, key));
                    rows.add(nth, pending, shards);
                }
                Command::Record(entry, _) => rows.calls.push(0, entry),
                Command::Close => {}
            }
        }
        rows
    }

    fn add(&mut self, nth: i32, pending: &'q Pending, shards: &[i16]) {
        let (append, shard) = (&pending.append, stored_shard(pending.shard));
        let aggregate = append.aggregate_id.to_string();
        for (event, index) in append.events.iter().zip(0_u8..) {
            let events = &mut self.events;
            events.append.push(nth);
            events.nth.push(i32::from(index));
            events.shard.push(shard);
            events.aggregate.push(aggregate.clone());
            events.sequence.push(stored(append.expected_sequence + 1 + u64::from(index)));
            events.id.push(event.id);
            events.kind.push(&event.event_type);
            events.version.push(&event.event_version);
            events.payload.push(&event.payload);
            events.metadata.push(&event.metadata);
        }
        let head = shards.iter().position(|known| *known == shard).unwrap_or(0);
        let appends = &mut self.appends;
        appends.head.push(count(head + 1));
        appends.aggregate.push(aggregate);
        appends.expected.push(stored(append.expected_sequence));
        appends.events.push(count(append.events.len()));
        appends.key.push(append.key.as_deref());
        appends.number.push(append.guarantee_no.as_deref());
        appends.idempotency.push(append.idempotency.as_ref());
        if let Some(entry) = &append.journal {
            self.calls.push(nth, entry);
        }
    }

    fn bind(self, query: Asked<'q>) -> Asked<'q> {
        let Self { appends, events, calls } = self;
        let kept = |is_there: bool| is_there.then_some(());
        let keys = kept(appends.key.iter().any(Option::is_some));
        let numbers = kept(appends.number.iter().any(Option::is_some));
        let records = kept(appends.idempotency.iter().any(Option::is_some));
        let query = query
            .bind(appends.head)
            .bind(appends.aggregate)
            .bind(appends.expected)
            .bind(appends.events)
            .bind(appends.earlier)
            .bind(keys.map(|()| appends.key))
            .bind(numbers.map(|()| appends.number))
            .bind(numbers.map(|()| appends.number_earlier));
        let records = records.map(|()| appends.idempotency);
        bind_records(query, records.as_deref(), appends.idempotency_earlier)
            .bind(events.append)
            .bind(events.nth)
            .bind(events.shard)
            .bind(events.aggregate)
            .bind(events.sequence)
            .bind(events.id)
            .bind(events.kind)
            .bind(events.version)
            .bind(events.payload)
            .bind(events.metadata)
            .pipe(|query| calls.bind(query))
    }
}

/// The idempotency records, column by column; most batches have none.
fn bind_records<'q>(
    query: Asked<'q>,
    records: Option<&[Option<&'q IdempotencyRecord>]>,
    earlier: Vec<i32>,
) -> Asked<'q> {
    fn column<'q, A>(
        records: Option<&[Option<&'q IdempotencyRecord>]>,
        value: impl Fn(&'q IdempotencyRecord) -> A,
    ) -> Option<Vec<Option<A>>> {
        records.map(|records| records.iter().map(|record| record.map(&value)).collect())
    }
    query
        .bind(column(records, |record| record.key.as_str()))
        .bind(earlier)
        .bind(column(records, |record| record.content_sm3.as_str()))
        .bind(column(records, |record| i32::from(record.status)))
        .bind(column(records, |record| record.at))
        .bind(column(records, |record| record.body.as_slice()))
}

/// Lets a chain of calls go through a function.
trait Pipe: Sized {
    fn pipe<A>(self, through: impl FnOnce(Self) -> A) -> A {
        through(self)
    }
}

impl Pipe for Asked<'_> {}

/// A count of what a batch holds, which is little.
fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What the database said.
struct Answer {
    verdicts: Vec<i16>,
    actual: Vec<i64>,
    first_positions: Vec<i64>,
    head_positions: Vec<i64>,
    head_times: Vec<DateTime<Utc>>,
    head_incarnations: Vec<Uuid>,
}

impl Answer {
    fn of(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            verdicts: row.try_get(0)?,
            actual: row.try_get(1)?,
            first_positions: row.try_get(2)?,
            head_positions: row.try_get(3)?,
            head_times: row.try_get(4)?,
            head_incarnations: row.try_get(5)?,
        })
    }

    fn give(&self, commands: &mut [Command], shards: &[i16]) -> Result<Vec<(u16, u64)>, Error> {
        let appends = commands.iter_mut().filter_map(|command| match command {
            Command::Append(pending) => Some(pending),
            Command::Record(..) | Command::Close => None,
        });
        for (nth, pending) in appends.enumerate() {
            let head = shards.iter().position(|shard| *shard == stored_shard(pending.shard));
            pending.verdict = self.verdict(nth, head)?;
        }
        shards
            .iter()
            .zip(&self.head_positions)
            .map(|(shard, position)| Ok((super::column::shard(*shard)?, unsigned(*position)?)))
            .collect()
    }

    fn verdict(&self, nth: usize, head: Option<usize>) -> Result<Result<Placed, AppendError>, Error> {
        let missing = || Error::Damaged("an append got no verdict".to_owned());
        Ok(match self.verdicts.get(nth).copied() {
            Some(verdict::ADMITTED) => {
                let head = head.ok_or_else(missing)?;
                Ok(Placed {
                    first_position: unsigned(*self.first_positions.get(nth).ok_or_else(missing)?)?,
                    recorded_at: *self.head_times.get(head).ok_or_else(missing)?,
                    incarnation: *self.head_incarnations.get(head).ok_or_else(missing)?,
                })
            }
            Some(verdict::CONFLICT) => {
                Err(AppendError::Conflict { actual: unsigned(*self.actual.get(nth).ok_or_else(missing)?)? })
            }
            Some(verdict::NUMBER_IN_USE) => Err(AppendError::NumberInUse),
            Some(verdict::IDEMPOTENCY_KEY_IN_USE) => Err(AppendError::IdempotencyKeyInUse),
            _ => return Err(missing()),
        })
    }
}
