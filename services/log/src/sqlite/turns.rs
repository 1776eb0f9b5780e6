use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use sqlx::SqliteConnection;
use tokio::sync::watch;
use uuid::Uuid;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::turn::{Hold, Keeping, Tenure, Turn};

/// The turns that this process has: no other writes to the ledger, so nobody else can have one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<BTreeMap<String, Held>>>);

#[derive(Debug)]
struct Held {
    holder: Uuid,
    fence: u64,
    lasts: Duration,
    hold: watch::Sender<Hold>,
}

/// A turn's place among those that are held; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    turns: Turns,
    name: String,
    holder: Uuid,
}

impl Turns {
    fn with<A>(&self, act: impl FnOnce(&mut BTreeMap<String, Held>) -> A) -> A {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a free turn; what is not free is left alone.
    fn take(&self, name: &str, lasts: Duration) -> Option<Place> {
        let holder = Uuid::new_v4();
        self.with(|held| {
            if held.contains_key(name) {
                return None;
            }
            let (hold, _) = watch::channel(Hold::Process);
            held.insert(name.to_owned(), Held { holder, fence: 0, lasts, hold });
            Some(Place { turns: self.clone(), name: name.to_owned(), holder })
        })
    }

    /// The store is closed: nobody has a turn any more.
    pub(super) fn end(&self) {
        self.with(|held| {
            for held in held.values() {
                held.hold.send_replace(Hold::Lost);
            }
        });
    }
}

impl Place {
    fn fenced(self, fence: u64) -> Tenure {
        let hold = self.turns.with(|held| {
            held.get_mut(&self.name).map(|held| {
                held.fence = fence;
                held.hold.subscribe()
            })
        });
        let hold = hold.unwrap_or_else(|| watch::channel(Hold::Lost).1);
        Tenure::new(fence, hold, Keeping::Process(self))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.turns.with(|held| {
            if held.get(&self.name).is_some_and(|held| held.holder == self.holder) {
                held.remove(&self.name);
            }
        });
    }
}

impl Store {
    pub(crate) async fn take_turn(&self, name: &str, lasts: Duration) -> Result<Option<Tenure>, Error> {
        if self.is_read_only() {
            return Err(Error::ReadOnly);
        }
        let Some(place) = self.held_turns().take(name, lasts) else {
            return Ok(None);
        };
        let name = name.to_owned();
        let fence = self
            .write(move |connection| {
                let name = name.clone();
                async move { count(connection, &name).await }.boxed()
            })
            .await?;
        Ok(Some(place.fenced(fence)))
    }

    #[expect(clippy::unused_async, reason = "another store asks its database")]
    pub(crate) async fn turns(&self) -> Result<Vec<Turn>, Error> {
        let now = self.now();
        self.held_turns().with(|held| {
            let held = held.iter().filter(|(_, held)| held.fence > 0);
            held.map(|(name, held)| {
                let (name, until) = (name.clone(), now + held.lasts);
                Ok(Turn { name, holder: held.holder, fence: held.fence, until })
            })
            .collect()
        })
    }
}

async fn count(connection: &mut SqliteConnection, name: &str) -> Result<u64, Error> {
    let row = sqlx::query(
        "INSERT INTO turns (name, fence) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET fence = fence + 1 RETURNING fence",
    )
    .bind(name)
    .fetch_one(connection)
    .await?;
    column::number(&row, 0)
}
