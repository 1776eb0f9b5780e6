use std::sync::atomic::{AtomicI64, Ordering};
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
    /// How many processes listen, this one too.
    listeners: AtomicI64,
}

impl Heads {
    /// All heads as the store has them now.
    pub(super) async fn of(pool: &PgPool) -> Result<Self, Error> {
        let (positions, incarnation, listeners) = fetch(pool).await?;
        let listeners = AtomicI64::new(listeners);
        let (events, _) = watch::channel(positions.iter().sum());
        let (incarnation, _) = watch::channel(incarnation);
        Ok(Self(Arc::new(Shared { positions: Mutex::new(positions), events, incarnation, listeners })))
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

    /// Whether another process would hear what is told, as far as is known: one that began just now asks by itself.
    pub(super) fn are_heard(&self) -> bool {
        self.0.listeners.load(Ordering::Relaxed) > 1
    }

    /// Asks the store for all heads, and publishes them. Answers them, and whether there was anything new.
    pub(super) async fn refresh(&self, pool: &PgPool) -> Result<(Vec<u64>, bool), Error> {
        let (positions, incarnation, listeners) = fetch(pool).await?;
        self.0.listeners.store(listeners, Ordering::Relaxed);
        self.publish_incarnation(incarnation);
        let is_new = self.publish((0..).zip(positions.iter().copied()));
        Ok((positions, is_new))
    }

    fn with<A>(&self, act: impl FnOnce(&mut Vec<u64>) -> A) -> A {
        act(&mut self.0.positions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Who listens holds this lock ("baoh", 1), shared, so that whoever writes knows whether anybody does.
pub(super) const LISTEN: &str = "SELECT pg_advisory_lock_shared(1650552680, 1)";

async fn fetch(pool: &PgPool) -> Result<(Vec<u64>, Uuid, i64), Error> {
    let select = || {
        sqlx::query(
            "SELECT position, incarnation,
                    (SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                      WHERE l.locktype = 'advisory' AND l.classid = 1650552680 AND l.objid = 1 AND l.objsubid = 2)
               FROM heads ORDER BY shard",
        )
    };
    let rows = asking::rows(pool, select).await?;
    let first = rows.first().ok_or_else(|| Error::Damaged("there is no head".to_owned()))?;
    let positions = rows.iter().map(|row| column::number(row, 0)).collect::<Result<_, _>>()?;
    Ok((positions, first.try_get(1)?, first.try_get(2)?))
}
