use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::item::{Item, Kept};
use super::origin::Origin;
use crate::error::Error;
use crate::log::Options;
use crate::shard::shard_of;
use crate::{postgres, sqlite};

/// A new store that is being filled. Nothing of it is there for anybody until [`Load::finish`]: what ends before leaves the place as
/// empty as it was, and the same can be done again from the start.
pub struct Load {
    target: Target,
    incarnation: Uuid,
    /// Each shard's newest record.
    heads: Vec<(u64, DateTime<Utc>)>,
}

enum Target {
    Sqlite(Box<sqlite::Load>),
    Postgres(Box<postgres::Load>),
}

impl Load {
    /// Begins with a store that holds nothing, or is not there yet.
    ///
    /// # Errors
    /// [`Error::NotEmpty`] where it holds anything; [`Error::InUse`] where another process has it.
    pub async fn begin(options: &Options) -> Result<Self, Error> {
        let is_postgres = matches!(options.url.split_once(':'), Some(("postgres" | "postgresql", _)));
        let (target, incarnation, shards) = if is_postgres {
            let load = postgres::Load::begin(options).await?;
            let (incarnation, shards) = (load.incarnation(), load.shards());
            (Target::Postgres(Box::new(load)), incarnation, shards)
        } else {
            let load = sqlite::Load::begin(options).await?;
            let incarnation = load.incarnation();
            (Target::Sqlite(Box::new(load)), incarnation, 1)
        };
        let heads = vec![(0, DateTime::<Utc>::MIN_UTC); usize::from(shards)];
        Ok(Self { target, incarnation, heads })
    }

    /// How many shards the new store has.
    #[must_use]
    pub fn shards(&self) -> u16 {
        u16::try_from(self.heads.len()).unwrap_or(u16::MAX)
    }

    /// Adds events, which come in an order in which `recorded_at` never goes back. Each gets its shard, its position and the incarnation
    /// of the new store; all else stays as it is.
    pub async fn events(&mut self, mut events: Vec<Kept>) -> Result<(), Error> {
        let shards = self.shards();
        for Kept { event, .. } in &mut events {
            event.shard = shard_of(event.aggregate_id, shards);
            let Some((position, recorded_at)) = self.heads.get_mut(usize::from(event.shard)) else {
                return Err(Error::Invalid("an event of a shard that is not there"));
            };
            if event.recorded_at < *recorded_at {
                return Err(Error::Invalid("events that go back in time"));
            }
            (*position, *recorded_at) = (*position + 1, event.recorded_at);
            event.position = *position;
            event.incarnation = self.incarnation;
        }
        match &mut self.target {
            Target::Sqlite(load) => load.events(&events).await,
            Target::Postgres(load) => load.events(&events).await,
        }
    }

    /// Adds rows of one table beside the events.
    pub async fn beside(&mut self, items: Vec<Item>) -> Result<(), Error> {
        match &mut self.target {
            Target::Sqlite(load) => load.beside(&items).await,
            Target::Postgres(load) => load.beside(&items).await,
        }
    }

    /// Names where it all came from, and makes the store be there. Answers each shard's newest position.
    pub async fn finish(self, origin: &Origin) -> Result<Vec<u64>, Error> {
        let positions: Vec<u64> = self.heads.iter().map(|(position, _)| *position).collect();
        match self.target {
            Target::Sqlite(load) => load.finish(origin, &positions).await?,
            Target::Postgres(load) => load.finish(origin, &positions).await?,
        }
        Ok(positions)
    }
}
