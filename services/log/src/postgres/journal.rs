use bytes::Bytes;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::asking::Asked;
use super::column;
use super::store::Store;
use crate::error::Error;
use crate::journal::{ACCEPTED, JournalEntry, JournalFilter, JournalId, JournalPage, JournalRecord};

/// What is read of an entry, in the order of [`record`].
const READ: &str = "number, id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, diagnosis, marks, \
                    body_sm3, duration_us, remote, correlation_id, length(body)";

/// Every entry with its body, in order; read by [`whole`].
pub(super) const SELECT_ALL: &str = "SELECT number, id, received_at, platform, interface, application_no, aggregate_id, outcome, code, \
                                     message, diagnosis, marks, body_sm3, duration_us, remote, correlation_id, length(body), body \
                                     FROM journal ORDER BY number";

/// New entries, column by column.
#[derive(Default)]
pub(super) struct Calls<'q> {
    append: Vec<i32>,
    id: Vec<Uuid>,
    received_at: Vec<DateTime<Utc>>,
    platform: Vec<Option<&'q str>>,
    interface: Vec<&'q str>,
    application_no: Vec<Option<&'q str>>,
    aggregate_id: Vec<Option<Uuid>>,
    outcome: Vec<&'q str>,
    code: Vec<Option<&'q str>>,
    message: Vec<Option<&'q str>>,
    diagnosis: Vec<Option<&'q str>>,
    marks: Vec<Option<&'q str>>,
    body_sm3: Vec<&'q str>,
    duration_us: Vec<i64>,
    remote: Vec<Option<&'q str>>,
    correlation_id: Vec<Option<Uuid>>,
    body: Vec<Option<&'q [u8]>>,
}

impl<'q> Calls<'q> {
    /// An entry that is kept if an append is, counted from 1; or in any case: 0.
    pub(super) fn push(&mut self, append: i32, entry: &'q JournalEntry) {
        self.append.push(append);
        self.id.push(entry.id);
        self.received_at.push(entry.received_at);
        self.platform.push(entry.platform.as_deref());
        self.interface.push(&entry.interface);
        self.application_no.push(entry.application_no.as_deref());
        self.aggregate_id.push(entry.aggregate_id);
        self.outcome.push(&entry.outcome);
        self.code.push(entry.code.as_deref());
        self.message.push(entry.message.as_deref());
        self.diagnosis.push(entry.diagnosis.as_deref());
        self.marks.push(entry.marks.as_deref());
        self.body_sm3.push(&entry.body_sm3);
        self.duration_us.push(column::stored(entry.duration_us));
        self.remote.push(entry.remote.as_deref());
        self.correlation_id.push(entry.correlation_id);
        self.body.push(entry.body.as_deref());
    }

    pub(super) fn bind(self, query: Asked<'q>) -> Asked<'q> {
        query
            .bind(self.append)
            .bind(self.id)
            .bind(self.received_at)
            .bind(self.platform)
            .bind(self.interface)
            .bind(self.application_no)
            .bind(self.aggregate_id)
            .bind(self.outcome)
            .bind(self.code)
            .bind(self.message)
            .bind(self.diagnosis)
            .bind(self.marks)
            .bind(self.body_sm3)
            .bind(self.duration_us)
            .bind(self.remote)
            .bind(self.correlation_id)
            .bind(self.body)
    }
}

/// One entry's columns, in the order of [`Calls`] without what it hangs on.
pub(super) fn bind_one<'q>(query: Asked<'q>, entry: &'q JournalEntry) -> Asked<'q> {
    query
        .bind(entry.id)
        .bind(entry.received_at)
        .bind(entry.platform.as_deref())
        .bind(&entry.interface)
        .bind(entry.application_no.as_deref())
        .bind(entry.aggregate_id)
        .bind(&entry.outcome)
        .bind(entry.code.as_deref())
        .bind(entry.message.as_deref())
        .bind(entry.diagnosis.as_deref())
        .bind(entry.marks.as_deref())
        .bind(&entry.body_sm3)
        .bind(column::stored(entry.duration_us))
        .bind(entry.remote.as_deref())
        .bind(entry.correlation_id)
        .bind(entry.body.as_deref())
}

/// The same, where there may be none.
pub(super) fn bind_maybe<'q>(query: Asked<'q>, entry: Option<&'q JournalEntry>) -> Asked<'q> {
    match entry {
        Some(entry) => bind_one(query, entry),
        None => query
            .bind(None::<Uuid>)
            .bind(None::<DateTime<Utc>>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<Uuid>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(None::<i64>)
            .bind(None::<&str>)
            .bind(None::<Uuid>)
            .bind(None::<&[u8]>),
    }
}

fn record(row: &PgRow) -> Result<JournalRecord, Error> {
    Ok(JournalRecord {
        number: column::number(row, 0)?,
        entry: JournalEntry {
            id: row.try_get(1)?,
            received_at: row.try_get(2)?,
            platform: row.try_get(3)?,
            interface: row.try_get(4)?,
            application_no: row.try_get(5)?,
            aggregate_id: row.try_get(6)?,
            outcome: row.try_get(7)?,
            code: row.try_get(8)?,
            message: row.try_get(9)?,
            diagnosis: row.try_get(10)?,
            marks: row.try_get(11)?,
            body: None,
            body_sm3: row.try_get(12)?,
            duration_us: column::number(row, 13)?,
            remote: row.try_get(14)?,
            correlation_id: row.try_get(15)?,
        },
        body_bytes: column::maybe_small::<u32>(row, 16)?.map(u64::from),
    })
}

/// An entry with its body.
pub(super) fn whole(row: &PgRow) -> Result<JournalRecord, Error> {
    let mut record = record(row)?;
    record.entry.body = row.try_get::<Option<Vec<u8>>, _>(17)?.map(Bytes::from);
    Ok(record)
}

impl Store {
    pub(crate) async fn journal(&self, filter: &JournalFilter, limit: usize) -> Result<JournalPage, Error> {
        let select = page(filter);
        let rows = self.rows(|| bind_page(sqlx::query(&select), filter, limit)).await?;
        let mut records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        let next = if records.len() > limit {
            records.truncate(limit);
            records.last().map(|last| last.number)
        } else {
            None
        };
        Ok(JournalPage { records, next })
    }

    pub(crate) async fn journal_entry(&self, id: JournalId) -> Result<Option<JournalRecord>, Error> {
        let select = format!("SELECT {READ}, body FROM journal WHERE id = $1");
        let row = self.maybe_row(|| sqlx::query(&select).bind(id)).await?;
        row.as_ref().map(whole).transpose()
    }
}

/// What is searched for, in the order of [`bind_page`].
fn page(filter: &JournalFilter) -> String {
    let mut wanted = format!("SELECT {READ} FROM journal WHERE true");
    let mut values = 0..;
    let mut wants = |is_wanted: bool, what: &str| {
        if is_wanted {
            let value = values.next().unwrap_or(0_u8) + 1;
            wanted.extend([" ", what, &format!(" ${value}")]);
        }
    };
    wants(filter.before.is_some(), "AND number <");
    wants(filter.application_no.is_some(), "AND application_no =");
    if filter.outcome.as_deref().is_some_and(|outcome| outcome != ACCEPTED) {
        // Says to the planner that the index of the outcomes that are rare has them all.
        wants(true, "AND outcome <> 'accepted' AND outcome =");
    } else {
        wants(filter.outcome.is_some(), "AND outcome =");
    }
    wants(filter.platform.is_some(), "AND platform =");
    wants(filter.interface.is_some(), "AND interface =");
    wants(true, "ORDER BY number DESC LIMIT");
    wanted
}

fn bind_page<'q>(query: Asked<'q>, filter: &'q JournalFilter, limit: usize) -> Asked<'q> {
    let query = match filter.before {
        Some(number) => query.bind(column::stored(number)),
        None => query,
    };
    let texts = [&filter.application_no, &filter.outcome, &filter.platform, &filter.interface];
    let query = texts.into_iter().flatten().fold(query, Asked::bind);
    // One more than asked for tells whether there is a next page.
    query.bind(column::stored(limit as u64 + 1))
}
