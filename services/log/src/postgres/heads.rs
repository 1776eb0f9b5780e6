use std::sync::{Arc, Mutex, PoisonError};

use sqlx::Row;
use sqlx::postgres::PgPool;
use tokio::sync::watch;
use uuid::Uuid;

use super::{asking, column};
use crate::error::Error;

/// The newest durable positions that this process knows of, and the store's incarnation.
#[derive(Clone)]
pub(super) struct Heads(Arc<Shared>);

struct Shared {
    positions: Mutex<Vec<u64>>,
    events: watch::Sender<u64>,
    incarnation: watch::Sender<Uuid>,
}

impl Heads {
    /// All heads as the store has them now.
    pub(super) async fn of(pool: &PgPool) -> Result<Self, Error> {
        let (positions, incarnation) = fetch(pool).await?;
        let (events, _) = watch::channel(positions.iter().sum());
        let (incarnation, _) = watch::channel(incarnation);
        Ok(Self(Arc::new(Shared { positions: Mutex::new(positions), events, incarnation })))
    }

    pub(super) fn shards(&self) -> u16 {
        self.with(|positions| u16::try_from(positions.len()).unwrap_or(u16::MAX))
    }

    pub(super) fn position(&self, shard: u16) -> u64 {
        self.with(|positions| positions.get(usize::from(shard)).copied().unwrap_or(0))
    }

    pub(super) fn incarnation(&self) -> Uuid {
        *self.0.incarnation.borrow()
    }

    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.0.events.subscribe()
    }

    /// Takes note of durable positions, and wakes whoever waits for them. An older one that comes late changes nothing. Answers whether
    /// there was anything new.
    pub(super) fn publish(&self, moved: impl IntoIterator<Item = (u16, u64)>) -> bool {
        let events: u64 = self.with(|positions| {
            for (shard, position) in moved {
                if let Some(known) = positions.get_mut(usize::from(shard)) {
                    *known = position.max(*known);
                }
            }
            positions.iter().sum()
        });
        self.0.events.send_if_modified(|known| {
            let is_new = events > *known;
            *known = events.max(*known);
            is_new
        })
    }

    pub(super) fn publish_incarnation(&self, incarnation: Uuid) {
        self.0.incarnation.send_if_modified(|known| std::mem::replace(known, incarnation) != incarnation);
    }

    /// Asks the store for all heads, and publishes them. Answers them, and whether there was anything new.
    pub(super) async fn refresh(&self, pool: &PgPool) -> Result<(Vec<u64>, bool), Error> {
        let (positions, incarnation) = fetch(pool).await?;
        self.publish_incarnation(incarnation);
        let is_new = self.publish((0..).zip(positions.iter().copied()));
        Ok((positions, is_new))
    }

    fn with<A>(&self, act: impl FnOnce(&mut Vec<u64>) -> A) -> A {
        act(&mut self.0.positions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn fetch(pool: &PgPool) -> Result<(Vec<u64>, Uuid), Error> {
    let select = || sqlx::query("SELECT position, incarnation FROM heads ORDER BY shard");
    let rows = asking::rows(pool, select).await?;
    let first = rows.first().ok_or_else(|| Error::Damaged("there is no head".to_owned()))?;
    let positions = rows.iter().map(|row| column::number(row, 0)).collect::<Result<_, _>>()?;
    Ok((positions, first.try_get(1)?))
}
