use bytes::Bytes;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, QueryBuilder, Row, Sqlite};

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::journal::{ACCEPTED, JournalEntry, JournalFilter, JournalId, JournalPage, JournalRecord};

/// The table with the columns of a new entry, in the order of [`bind`]; its number comes by itself.
pub(super) const COLUMNS: &str = "journal (id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, \
                                  diagnosis, marks, body_sm3, duration_us, remote, correlation_id, body)";

/// What is read of an entry, in the order of [`record`].
const READ: &str = "number, id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, diagnosis, marks, \
                    body_sm3, duration_us, remote, correlation_id, length(body)";

/// Every entry with its body, in order; read by [`whole`].
pub(super) const SELECT_ALL: &str = "SELECT number, id, received_at, platform, interface, application_no, aggregate_id, outcome, code, \
                                     message, diagnosis, marks, body_sm3, duration_us, remote, correlation_id, length(body), body \
                                     FROM journal ORDER BY number";

pub(super) fn bind<'q>(
    entry: &'q JournalEntry,
    arguments: &mut SqliteArguments<'q>,
) -> Result<(), sqlx::error::BoxDynError> {
    arguments.add(entry.id.as_bytes().as_slice())?;
    arguments.add(entry.received_at.timestamp_micros())?;
    arguments.add(entry.platform.as_deref())?;
    arguments.add(entry.interface.as_str())?;
    arguments.add(entry.application_no.as_deref())?;
    arguments.add(entry.aggregate_id.map(|id| id.to_string()))?;
    arguments.add(entry.outcome.as_str())?;
    arguments.add(entry.code.as_deref())?;
    arguments.add(entry.message.as_deref())?;
    arguments.add(entry.diagnosis.as_deref())?;
    arguments.add(entry.marks.as_deref())?;
    arguments.add(entry.body_sm3.as_str())?;
    arguments.add(column::stored(entry.duration_us))?;
    arguments.add(entry.remote.as_deref())?;
    arguments.add(entry.correlation_id.as_ref().map(|id| id.as_bytes().as_slice()))?;
    arguments.add(entry.body.as_deref())
}

fn record(row: &SqliteRow) -> Result<JournalRecord, Error> {
    Ok(JournalRecord {
        number: column::number(row, 0)?,
        entry: JournalEntry {
            id: column::id(row, 1)?,
            received_at: column::time(row, 2)?,
            platform: column::maybe_text(row, 3)?,
            interface: column::text(row, 4)?,
            application_no: column::maybe_text(row, 5)?,
            aggregate_id: column::maybe_aggregate(row, 6)?,
            outcome: column::text(row, 7)?,
            code: column::maybe_text(row, 8)?,
            message: column::maybe_text(row, 9)?,
            diagnosis: column::maybe_text(row, 10)?,
            marks: column::maybe_text(row, 11)?,
            body: None,
            body_sm3: column::text(row, 12)?,
            duration_us: column::number(row, 13)?,
            remote: column::maybe_text(row, 14)?,
            correlation_id: column::maybe_id(row, 15)?,
        },
        body_bytes: column::maybe_small(row, 16)?,
    })
}

/// An entry with its body.
pub(super) fn whole(row: &SqliteRow) -> Result<JournalRecord, Error> {
    let mut record = record(row)?;
    record.entry.body = row.try_get::<Option<Vec<u8>>, _>(17)?.map(Bytes::from);
    Ok(record)
}

impl Store {
    pub(crate) async fn journal(&self, filter: &JournalFilter, limit: usize) -> Result<JournalPage, Error> {
        let mut query: QueryBuilder<'_, Sqlite> = QueryBuilder::new("SELECT ");
        query.push(READ).push(" FROM journal WHERE true");
        if let Some(number) = filter.before {
            query.push(" AND number < ").push_bind(column::stored(number));
        }
        if let Some(application_no) = &filter.application_no {
            query.push(" AND application_no = ").push_bind(application_no);
        }
        if let Some(outcome) = &filter.outcome {
            query.push(" AND outcome = ").push_bind(outcome);
            if outcome != ACCEPTED {
                // Says to the planner that the index of the outcomes that are rare has them all.
                query.push(" AND outcome <> 'accepted'");
            }
        }
        if let Some(platform) = &filter.platform {
            query.push(" AND platform = ").push_bind(platform);
        }
        if let Some(interface) = &filter.interface {
            query.push(" AND interface = ").push_bind(interface);
        }
        // One more than asked for tells whether there is a next page.
        query.push(" ORDER BY number DESC LIMIT ").push_bind(column::stored(limit as u64 + 1));
        let rows = query.build().fetch_all(self.readers()).await?;
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
        let row = sqlx::query(&format!("SELECT {READ}, body FROM journal WHERE id = ?"))
            .bind(id.as_bytes().as_slice())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(whole).transpose()
    }
}
