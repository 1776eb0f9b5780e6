//! Roots and paths of the shards' trees, as they stand and as they stood.

use std::ops::Range;

use baohan_seal::{Hash, ShardRoot, consistency_ranges, inclusion_ranges};

use super::node::Nodes;
use crate::database::{Connection, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::projection::Projection;
use crate::rows::count;

impl Projections {
    /// The tree of every shard as it stands, all at one moment. A shard is as large as it is applied: behind the log for a moment, and far
    /// behind what was read here before where the projection is built anew.
    ///
    /// # Errors
    /// When the database is not available, or lacks a row ([`Error::BentRow`]): then somebody has altered it.
    pub async fn sealed_roots(&self) -> Result<Vec<ShardRoot>, Error> {
        let mut snapshot = self.readers().snapshot(&[Projection::Seal.name()]).await?;
        let connection = &mut snapshot.connection();
        let mut roots = Vec::with_capacity(self.log().shards().into());
        for shard in 0..self.log().shards() {
            let size = sealed(shard, connection).await?;
            roots.push(ShardRoot { size, root: root(shard, size, connection).await? });
        }
        Ok(roots)
    }

    /// The root of a shard's tree when it had `size` leaves. Absent: it is not so large.
    ///
    /// # Errors
    /// As [`Projections::sealed_roots`].
    pub async fn sealed_root(&self, shard: u16, size: u64) -> Result<Option<Hash>, Error> {
        let mut snapshot = self.readers().snapshot(&[Projection::Seal.name()]).await?;
        let connection = &mut snapshot.connection();
        if size > sealed(shard, connection).await? {
            return Ok(None);
        }
        root(shard, size, connection).await.map(Some)
    }

    /// The path from a leaf (a record's position less one) to the root of the tree of `size` leaves, the nearest first, as
    /// `baohan_seal::verify_inclusion` takes it. Absent: that tree has no such leaf, or the shard is not so large.
    ///
    /// # Errors
    /// As [`Projections::sealed_roots`].
    pub async fn inclusion_path(
        &self,
        shard: u16,
        index: u64,
        size: u64,
    ) -> Result<Option<Vec<Hash>>, Error> {
        self.path(shard, size, inclusion_ranges(index, size)).await
    }

    /// The path from the tree of `old` leaves to that of `new` leaves, as `baohan_seal::verify_consistency` takes it. Absent: the older one is
    /// larger, or the shard is not so large.
    ///
    /// # Errors
    /// As [`Projections::sealed_roots`].
    pub async fn consistency_path(&self, shard: u16, old: u64, new: u64) -> Result<Option<Vec<Hash>>, Error> {
        self.path(shard, new, consistency_ranges(old, new)).await
    }

    async fn path(
        &self,
        shard: u16,
        size: u64,
        ranges: Option<Vec<Range<u64>>>,
    ) -> Result<Option<Vec<Hash>>, Error> {
        let Some(ranges) = ranges else { return Ok(None) };
        let mut snapshot = self.readers().snapshot(&[Projection::Seal.name()]).await?;
        let connection = &mut snapshot.connection();
        if size > sealed(shard, connection).await? {
            return Ok(None);
        }
        let nodes = Nodes::read(shard, &ranges, connection).await?;
        ranges.into_iter().map(|range| nodes.range(range)).collect::<Result<_, _>>().map(Some)
    }
}

/// How many leaves of a shard are sealed: its checkpoint's position, so that a row that is missing is missed.
async fn sealed(shard: u16, connection: &mut Connection<'_>) -> Result<u64, Error> {
    let sql = "SELECT position FROM checkpoints WHERE projection = ? AND shard = ?";
    let asked = Statement::new(sql).bind(Projection::Seal.name()).bind(shard);
    connection.fetch_optional(asked).await?.map_or(Ok(0), |row| count(&row, "position"))
}

async fn root(shard: u16, size: u64, connection: &mut Connection<'_>) -> Result<Hash, Error> {
    let whole = 0..size;
    Nodes::read(shard, std::slice::from_ref(&whole), connection).await?.range(whole)
}
