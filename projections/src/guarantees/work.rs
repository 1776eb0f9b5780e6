//! What waits for workers, the oldest first. Each answer is bounded; what cannot be settled now comes again, so a worker
//! that must get past it goes on with the cursor.

use baohan_domain::calendar::china_date;
use baohan_domain::underwriting::{Assessment, UnderwritingTerms};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::TABLE;
use super::search::Found;
use crate::database::{Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::rows::{moment, the_moment};

/// How many applications one look for underwriting reads at most: those that wait for a person are passed over.
const ASSESSED_MAX: u32 = 10_000;

/// A guarantee that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Which.
    pub guarantee: Uuid,
    /// Since when, or from when on.
    pub since: DateTime<Utc>,
}

/// An open quit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuitWork {
    /// Which guarantee.
    pub guarantee: Uuid,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The opening's time has come and no exception lets it stand: it can only be refused.
    pub is_void: bool,
}

impl Projections {
    /// Guarantees whose key came and whose plain document is still to be made: at once, or for a held key from the
    /// opening on.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn to_restore(&self, now: DateTime<Utc>, slice: &Slice) -> Result<Page<Work>, Error> {
        self.waiting("restore_from", now, slice).await
    }

    /// The next moment at which a held key opens, if one is held.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn next_restore_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let sql = "SELECT MIN(restore_from) AS restore_from FROM guarantees WHERE restore_from IS NOT NULL";
        moment(&self.readers().fetch_one(Statement::new(sql)).await?, "restore_from")
    }

    /// Guarantees with an open request for an invoice.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn to_invoice(&self, slice: &Slice) -> Result<Page<Work>, Error> {
        self.waiting("invoice_since", DateTime::<Utc>::MAX_UTC, slice).await
    }

    /// Applications that nobody paid for within so many days.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn unpaid(&self, now: DateTime<Utc>, days: u32, slice: &Slice) -> Result<Page<Work>, Error> {
        let until = now.checked_sub_signed(TimeDelta::days(i64::from(days))).unwrap_or(now);
        self.waiting("unpaid_since", until, slice).await
    }

    /// Guarantees with an open request to be taken back.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn to_quit(&self, now: DateTime<Utc>, slice: &Slice) -> Result<Page<QuitWork>, Error> {
        let (sql, limit) = (waiting_sql("quit_since"), slice.limit());
        let rows = self.fetch_waiting(&sql, DateTime::<Utc>::MAX_UTC, slice).await?;
        let mut work = Vec::with_capacity(rows.len());
        for row in rows {
            let (key, Work { guarantee, since }) = read(&row)?;
            let is_void = moment(&row, "quit_void_from")?.is_some_and(|from| from <= now);
            work.push((key, QuitWork { guarantee, since, is_void }));
        }
        Ok(page(work, limit, List::Work))
    }

    /// Guarantees in force whose validity has run out and that no unpaid claim holds, the longest past first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn past_validity(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<Uuid>, Error> {
        let sql = "SELECT id FROM guarantees WHERE expires_after IS NOT NULL AND expires_after < ? \
            ORDER BY expires_after, id LIMIT ?";
        let query = Statement::new(sql).bind(china_date(now)).bind(Slice::first(limit).limit());
        self.readers().fetch_all(query).await?.iter().map(|row| Ok(row.get("id")?)).collect()
    }

    /// Applications that automatic underwriting would issue or decline now; those that wait for a person are passed
    /// over.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn to_underwrite(
        &self,
        terms: &UnderwritingTerms,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<(Found, Assessment)>, Error> {
        let limit = Slice::first(limit).limit() as usize;
        let over = "SELECT id, version, shard, position, state, applied_at FROM guarantees \
            WHERE unpaid_since IS NOT NULL AND amount_fen > ? ORDER BY amount_fen LIMIT ?";
        let paid = "SELECT id, version, shard, position, state, applied_at FROM guarantees \
            WHERE undecided_since IS NOT NULL AND (payer_is_applicant OR amount_fen > ?) \
            ORDER BY undecided_since, id LIMIT ?";
        let mut work = Vec::new();
        for sql in [paid, over] {
            let query = Statement::new(sql).bind(terms.amount_limit.fen()).bind(ASSESSED_MAX);
            let mut connection = self.readers().acquire().await?;
            let look = |row: Row| -> Result<bool, Error> {
                let found = Found::of(&row)?;
                let assessment = terms.assess(&found.guarantee, now);
                if matches!(assessment, Assessment::Issue { .. } | Assessment::Decline { .. }) {
                    work.push((found, assessment));
                }
                Ok(work.len() < limit)
            };
            connection.connection().each(query, look).await?;
            if work.len() >= limit {
                break;
            }
        }
        Ok(work)
    }

    async fn waiting(&self, column: &str, until: DateTime<Utc>, slice: &Slice) -> Result<Page<Work>, Error> {
        let (sql, limit) = (waiting_sql(column), slice.limit());
        let rows = self.fetch_waiting(&sql, until, slice).await?;
        Ok(page(rows.iter().map(read).collect::<Result<_, _>>()?, limit, List::Work))
    }

    async fn fetch_waiting(&self, sql: &str, until: DateTime<Utc>, slice: &Slice) -> Result<Vec<Row>, Error> {
        let after = slice.after(List::Work)?;
        let query = Statement::new(sql)
            .bind(until)
            .bind(after.map_or(i64::MIN, |after| after.at))
            .bind(after.map_or(Uuid::nil(), |after| after.id))
            .bind(slice.limit() + 1);
        Ok(self.readers().fetch_all(query).await?)
    }
}

fn waiting_sql(column: &str) -> String {
    format!(
        "SELECT id, {column} AS since, quit_void_from FROM guarantees \
        WHERE {column} IS NOT NULL AND {column} <= ? AND ({column}, id) > (?, ?) ORDER BY {column}, id LIMIT ?"
    )
}

fn read(row: &Row) -> Result<(Key, Work), Error> {
    let guarantee = row.get("id")?;
    let since = the_moment(row, TABLE, "since")?;
    Ok((Key { at: since.timestamp_micros(), id: guarantee, number: 0 }, Work { guarantee, since }))
}
