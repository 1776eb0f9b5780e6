use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use uuid::Uuid;

use super::asking::{self, Asked};
use super::column::number;
use super::store::Store;
use crate::error::Error;
use crate::turn::{Hold, Keeping, Tenure, Turn};

/// A turn is renewed so often while it lasts, so that two renewals can fail.
const RENEWALS: u32 = 3;

impl Store {
    pub(crate) async fn take_turn(&self, name: &str, lasts: Duration) -> Result<Option<Tenure>, Error> {
        let turn = Held { pool: self.pool().clone(), name: name.to_owned(), holder: Uuid::new_v4(), lasts };
        // Counted from before the server is asked, so it ends before the server lets another have it.
        let asked = Instant::now();
        let Some(taken) = self.written(|| turn.take()).await? else {
            return Ok(None);
        };
        let fence = number(&taken, 0)?;
        let (hold, seen) = watch::channel(Hold::Until(asked + lasts));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(turn.keep(hold, stopped, self.closing()));
        Ok(Some(Tenure::new(fence, seen, Keeping::Renewed { stop, task })))
    }

    pub(crate) async fn turns(&self) -> Result<Vec<Turn>, Error> {
        let select =
            "SELECT name, holder, fence, until FROM turns WHERE until > clock_timestamp() ORDER BY name";
        let rows = self.rows(|| sqlx::query(select)).await?;
        let turn = |row: &PgRow| {
            let (name, holder, until) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
            Ok(Turn { name, holder, fence: number(row, 2)?, until })
        };
        rows.iter().map(turn).collect()
    }
}

/// A turn as its holder has it.
struct Held {
    pool: PgPool,
    name: String,
    holder: Uuid,
    lasts: Duration,
}

impl Held {
    /// Takes the turn where nobody has it, by the database's clock; where the answer got lost, the same holder takes it again.
    fn take(&self) -> Asked<'_> {
        sqlx::query(
            "INSERT INTO turns AS t (name, holder, fence, until) VALUES ($1, $2, 1, clock_timestamp() + make_interval(secs => $3))
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = t.fence + 1, until = excluded.until
              WHERE t.until <= clock_timestamp() OR t.holder = excluded.holder
             RETURNING fence",
        )
        .bind(&self.name)
        .bind(self.holder)
        .bind(self.lasts.as_secs_f64())
    }

    /// Renews it until it is lost, given back, or the store is closed.
    async fn keep(
        self,
        hold: watch::Sender<Hold>,
        mut stopped: oneshot::Receiver<()>,
        mut closing: watch::Receiver<bool>,
    ) {
        let mut until = match *hold.borrow() {
            Hold::Until(until) => until,
            Hold::Process | Hold::Lost => return,
        };
        let pause = self.lasts / RENEWALS;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = &mut stopped => break,
                _ = closing.wait_for(|closing| *closing) => break,
            }
            let asked = Instant::now();
            if asked >= until {
                tracing::warn!(
                    name = self.name,
                    "a turn ended while this process was paused or its server away"
                );
                hold.send_replace(Hold::Lost);
                return;
            }
            match tokio::time::timeout(pause, self.renew()).await {
                Ok(Ok(true)) => {
                    until = asked + self.lasts;
                    hold.send_replace(Hold::Until(until));
                }
                Ok(Ok(false)) => {
                    tracing::warn!(name = self.name, "a turn is another's by now");
                    hold.send_replace(Hold::Lost);
                    return;
                }
                Ok(Err(error)) => tracing::warn!(%error, name = self.name, "a turn is not renewed yet"),
                Err(_) => tracing::warn!(name = self.name, "a turn is not renewed yet: no answer"),
            }
        }
        hold.send_replace(Hold::Lost);
        if let Err(error) = self.give_back().await {
            tracing::warn!(%error, name = self.name, "a turn is not given back, and ends by itself");
        }
    }

    async fn renew(&self) -> Result<bool, sqlx::Error> {
        let renewed = asking::rows(&self.pool, || {
            sqlx::query(
                "UPDATE turns SET until = clock_timestamp() + make_interval(secs => $3)
                  WHERE name = $1 AND holder = $2 AND until > clock_timestamp() RETURNING fence",
            )
            .bind(&self.name)
            .bind(self.holder)
            .bind(self.lasts.as_secs_f64())
        });
        Ok(!renewed.await?.is_empty())
    }

    async fn give_back(&self) -> Result<(), sqlx::Error> {
        let give_back = || {
            sqlx::query("UPDATE turns SET until = clock_timestamp() WHERE name = $1 AND holder = $2")
                .bind(&self.name)
                .bind(self.holder)
        };
        asking::rows(&self.pool, give_back).await?;
        Ok(())
    }
}
