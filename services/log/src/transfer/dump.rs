use futures::stream::BoxStream;

use super::item::{Beside, Item, Kept};
use super::origin::{ShardHead, Standing};
use crate::error::Error;
use crate::event::READ_MAX;
use crate::log::Log;
use crate::store::each;
use crate::{postgres, sqlite};

/// All that a store holds, as it stood at one moment, whoever writes meanwhile.
pub struct Dump {
    source: Source,
    standing: Standing,
}

enum Source {
    Sqlite(Box<sqlite::Dump>),
    Postgres(Box<postgres::Dump>),
}

impl From<sqlite::Dump> for Source {
    fn from(dump: sqlite::Dump) -> Self {
        Self::Sqlite(Box::new(dump))
    }
}

impl From<postgres::Dump> for Source {
    fn from(dump: postgres::Dump) -> Self {
        Self::Postgres(Box::new(dump))
    }
}

impl Log {
    /// Takes hold of the store as it stands now.
    pub async fn dump(&self) -> Result<Dump, Error> {
        each!(self.store(), store => store.dump().await)
    }
}

impl Dump {
    pub(crate) async fn new(
        source: impl Into<DumpSource>,
        positions: &[u64],
        standing: impl FnOnce(Vec<ShardHead>) -> Standing,
    ) -> Result<Self, Error> {
        let mut source = source.into().0;
        let mut heads = Vec::with_capacity(positions.len());
        for (shard, position) in (0_u16..).zip(positions) {
            let last = match position.checked_sub(1) {
                Some(before) => source.events(shard, before, 1).await?.pop(),
                None => None,
            };
            let leaf_hash = last.map(|last| hex::encode(last.event.leaf_hash()));
            heads.push(ShardHead { shard, position: *position, leaf_hash });
        }
        Ok(Self { source, standing: standing(heads) })
    }

    /// How the store stood.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The events of a shard after a position, at most `limit` (and [`READ_MAX`]), in order, with the keys of the aggregates that begin.
    pub async fn events(&mut self, shard: u16, after: u64, limit: usize) -> Result<Vec<Kept>, Error> {
        self.source.events(shard, after, limit.min(READ_MAX)).await
    }

    /// The rows of a table, in the order in which they were written where there is one.
    pub fn beside(&mut self, table: Beside) -> BoxStream<'_, Result<Item, Error>> {
        match &mut self.source {
            Source::Sqlite(dump) => dump.beside(table),
            Source::Postgres(dump) => dump.beside(table),
        }
    }
}

impl Source {
    async fn events(&mut self, shard: u16, after: u64, limit: usize) -> Result<Vec<Kept>, Error> {
        match self {
            Self::Sqlite(dump) => dump.events(after, limit).await,
            Self::Postgres(dump) => dump.events(shard, after, limit).await,
        }
    }
}

/// A store's own part of a dump.
pub(crate) struct DumpSource(Source);

impl<S: Into<Source>> From<S> for DumpSource {
    fn from(source: S) -> Self {
        Self(source.into())
    }
}
