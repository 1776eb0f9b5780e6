//! Rows as they stand in their tables, whatever they say, for whoever looks for what was altered.

use std::ops::Range;

use baohan_log::StoredEvent;
use baohan_seal::{FIELDS, Hash};
use uuid::Uuid;

use crate::checkpoint;
use crate::database::{Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::projection::Projection;
use crate::timeline;

/// How many that do not belong there are named by one question.
const STRAYS_MAX: u64 = 100;

/// A leaf's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditedLeaf {
    /// Its index: the record's position less one.
    pub index: u64,
    /// Its hash; absent: what stands there is none.
    pub hash: Option<Hash>,
    /// A CRC-32 of each field of the record; absent: what stands there are none.
    pub marks: Option<[u32; FIELDS.len()]>,
}

/// The row of a complete subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditedNode {
    /// Which one of its level.
    pub number: u64,
    /// Its hash; absent: what stands there is none.
    pub hash: Option<Hash>,
}

/// A row of the timeline.
pub struct AuditedTimeline {
    /// Its position.
    pub position: u64,
    row: Row,
}

/// What a guarantee's row says of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditedGuarantee {
    /// The guarantee.
    pub id: Uuid,
    /// How many events it has.
    pub version: i64,
    /// Its shard.
    pub shard: i64,
    /// The position of its first event.
    pub begins: i64,
    /// The position of its last event.
    pub position: i64,
}

impl Projections {
    /// How far each projection is in each shard.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_places(&self) -> Result<Vec<(Projection, u16, u64)>, Error> {
        let mut connection = self.readers().acquire().await?;
        let places = checkpoint::all(&mut connection.connection()).await?;
        Ok(places.into_iter().map(|place| (place.projection, place.shard, place.position)).collect())
    }

    /// The leaves of a shard with these indexes, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_leaves(&self, shard: u16, indexes: Range<u64>) -> Result<Vec<AuditedLeaf>, Error> {
        let sql = "SELECT number, hash, marks FROM seal WHERE shard = ? AND level = 0 AND number >= ? AND number < ? ORDER BY number";
        let asked = Statement::new(sql).bind(shard).bind(indexes.start).bind(indexes.end);
        self.readers().fetch_all(asked).await?.iter().map(AuditedLeaf::of).collect()
    }

    /// The complete subtrees of a shard that are kept at a level, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_nodes(
        &self,
        shard: u16,
        level: u8,
        numbers: Range<u64>,
    ) -> Result<Vec<AuditedNode>, Error> {
        let sql = "SELECT number, hash FROM seal WHERE shard = ? AND level = ? AND number >= ? AND number < ? ORDER BY number";
        let asked = Statement::new(sql).bind(shard).bind(u16::from(level));
        let rows = self.readers().fetch_all(asked.bind(numbers.start).bind(numbers.end)).await?;
        rows.iter().map(|row| Ok(AuditedNode { number: number(row, "number")?, hash: hash(row) })).collect()
    }

    /// Shard, level and number of rows that the seal would not have written at its size, some of them.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_seal_strays(&self) -> Result<Vec<(i64, i64, i64)>, Error> {
        // Of a tree of so many leaves, as many nodes of a level are complete as whole subtrees fit.
        let sql = "SELECT s.shard, s.level, s.number FROM seal AS s \
             LEFT JOIN checkpoints AS c ON c.projection = ? AND c.shard = s.shard \
            WHERE c.position IS NULL OR s.number < 0 OR CASE WHEN s.level IN (0, 8, 16, 24, 32, 40, 48, 56) \
                  THEN s.number >= (c.position >> CAST(s.level AS INTEGER)) ELSE TRUE END LIMIT ?";
        let asked = Statement::new(sql).bind(Projection::Seal.name()).bind(STRAYS_MAX);
        let rows = self.readers().fetch_all(asked).await?;
        rows.iter().map(|row| Ok((row.get("shard")?, row.get("level")?, row.get("number")?))).collect()
    }

    /// The rows of the timeline of a shard from behind `after` up to `up_to`, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_timeline(
        &self,
        shard: u16,
        after: u64,
        up_to: u64,
    ) -> Result<Vec<AuditedTimeline>, Error> {
        let sql = timeline::AUDITED;
        let rows = self.readers().fetch_all(Statement::new(sql).bind(shard).bind(after).bind(up_to)).await?;
        let audited = |row: Row| {
            let position = u64::try_from(row.at::<i64>(0)?).unwrap_or(u64::MAX);
            Ok(AuditedTimeline { position, row })
        };
        rows.into_iter().map(audited).collect()
    }

    /// Shard and position of rows of the timeline that it would not have written as far as it is, some of them.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_timeline_strays(&self) -> Result<Vec<(i64, i64)>, Error> {
        let sql = "SELECT t.shard, t.position FROM timeline AS t \
             LEFT JOIN checkpoints AS c ON c.projection = ? AND c.shard = t.shard \
            WHERE c.position IS NULL OR t.position < 1 OR t.position > c.position LIMIT ?";
        let asked = Statement::new(sql).bind(Projection::Timeline.name()).bind(STRAYS_MAX);
        let rows = self.readers().fetch_all(asked).await?;
        rows.iter().map(|row| Ok((row.get("shard")?, row.get("position")?))).collect()
    }

    /// The guarantees behind the shard and position at which another begins, in the order of these, at most `limit`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_guarantees(
        &self,
        after: Option<(i64, i64)>,
        limit: u64,
    ) -> Result<Vec<AuditedGuarantee>, Error> {
        let mut query = Statement::new(AUDITED_GUARANTEES);
        if let Some((shard, begins)) = after {
            query.push(" WHERE (shard, begins) > (").push_bind(shard).push(", ").push_bind(begins).push(")");
        }
        query.push(" ORDER BY shard, begins LIMIT ").push_bind(limit);
        self.readers().fetch_all(query).await?.iter().map(AuditedGuarantee::of).collect()
    }

    /// A guarantee's row. Where the log says that it begins it is found at once; else all rows are looked through, since it may be there
    /// while the log's records, which lead to it, are not, or stand where it should not.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn audited_guarantee(
        &self,
        id: Uuid,
        begins: Option<(u16, u64)>,
    ) -> Result<Option<AuditedGuarantee>, Error> {
        let mut found = None;
        if let Some((shard, begins)) = begins {
            let mut query = Statement::new(AUDITED_GUARANTEES);
            query.push(" WHERE shard = ").push_bind(shard).push(" AND begins = ").push_bind(begins);
            query.push(" AND id = ").push_bind(id);
            found = self.readers().fetch_optional(query).await?;
        }
        if found.is_none() {
            let mut query = Statement::new(AUDITED_GUARANTEES);
            query.push(" WHERE id = ").push_bind(id).push(" LIMIT 1");
            found = self.readers().fetch_optional(query).await?;
        }
        found.as_ref().map(AuditedGuarantee::of).transpose()
    }
}

const AUDITED_GUARANTEES: &str = "SELECT id, version, shard, begins, position FROM guarantees";

impl AuditedGuarantee {
    fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            shard: row.get("shard")?,
            begins: row.get("begins")?,
            position: row.get("position")?,
        })
    }
}

impl AuditedLeaf {
    fn of(row: &Row) -> Result<Self, Error> {
        // By place, since there are millions of them.
        let index = u64::try_from(row.at::<i64>(0)?).unwrap_or(u64::MAX);
        Ok(Self {
            index,
            hash: row.at::<&[u8]>(1).ok().and_then(|hash| hash.try_into().ok()),
            marks: marks(row),
        })
    }
}

impl AuditedTimeline {
    /// The columns in which the row is not that of this record; `row` where it cannot be read.
    #[must_use]
    pub fn differs(&self, event: &StoredEvent) -> Vec<&'static str> {
        timeline::differs(&self.row, event).unwrap_or_else(|_| vec!["row"])
    }
}

/// A number that is not below nothing, unless it was altered.
fn number(row: &Row, column: &str) -> Result<u64, Error> {
    Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(u64::MAX))
}

fn hash(row: &Row) -> Option<Hash> {
    row.get::<&[u8]>("hash").ok()?.try_into().ok()
}

fn marks(row: &Row) -> Option<[u32; FIELDS.len()]> {
    let bytes: &[u8] = row.at(2).ok()?;
    let (chunks, rest) = bytes.as_chunks::<4>();
    if chunks.len() != FIELDS.len() || !rest.is_empty() {
        return None;
    }
    let mut marks = [0; FIELDS.len()];
    for (mark, chunk) in marks.iter_mut().zip(chunks) {
        *mark = u32::from_be_bytes(*chunk);
    }
    Some(marks)
}
