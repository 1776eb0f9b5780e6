use baohan_seal::{FIELDS, Hash};

use super::TABLE;
use super::node::hash;
use crate::database::{Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::rows::count;

/// Most leaves that one read gives: a megabyte.
const LEAVES_MAX: usize = 10_000;
/// How many fields a record has.
const MARKS: usize = FIELDS.len();

/// A record as it was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedLeaf {
    /// Its position in the shard.
    pub position: u64,
    /// The hash of its leaf.
    pub hash: Hash,
    /// A CRC-32 of each of its fields, in the order of [`FIELDS`].
    pub marks: [u32; MARKS],
}

impl Projections {
    /// The leaves of a shard after a position, at most `limit` (and ten thousand), in order.
    ///
    /// # Errors
    /// When the database is not available, or a row is none that the seal writes.
    pub async fn sealed_leaves(
        &self,
        shard: u16,
        after: u64,
        limit: usize,
    ) -> Result<Vec<SealedLeaf>, Error> {
        let sql = "SELECT number, hash, marks FROM seal WHERE shard = ? AND level = 0 AND number >= ? ORDER BY number LIMIT ?";
        let limit = limit.min(LEAVES_MAX) as u64;
        let asked = Statement::new(sql).bind(shard).bind(after).bind(limit);
        self.readers().fetch_all(asked).await?.iter().map(SealedLeaf::of).collect()
    }
}

impl SealedLeaf {
    fn of(row: &Row) -> Result<Self, Error> {
        let bytes: &[u8] = row.get("marks")?;
        let mut marks = [0; MARKS];
        let (chunks, rest) = bytes.as_chunks();
        if chunks.len() != MARKS || !rest.is_empty() {
            return Err(Error::BentRow { table: TABLE, what: format!("marks of {} bytes", bytes.len()) });
        }
        for (mark, chunk) in marks.iter_mut().zip(chunks) {
            *mark = u32::from_be_bytes(*chunk);
        }
        Ok(Self { position: count(row, "number")? + 1, hash: hash(row)?, marks })
    }
}
