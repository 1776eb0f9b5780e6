//! Who carries rebuilds out: one process at a time, several shards at once where the database takes it.

use std::collections::BTreeMap;
use std::future::Future;
use std::num::NonZero;
use std::sync::Mutex;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use tokio::sync::watch;
use tokio::time::Instant;

use super::order::{self, Order, Place, RebuildState};
use super::shard::{Group, Outcome};
use super::switch::{SWITCH_EVENTS_MAX, Switched};
use crate::database::{self, Dialect, Statement, Target};
use crate::error::Error;
use crate::handle::Projections;
use crate::heads;
use crate::projection::Projection;
use crate::runner::{pause_after, wait};

/// How often it looks whether something is asked for without having been woken: by the command line, in another process.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
/// How long the turn to build lasts unless it is renewed.
const TURN_LASTS: Duration = Duration::from_secs(10);
/// The most shards at once, on PostgreSQL: each folds on a thread and writes on a connection of its own.
const SHARDS_AT_ONCE_MAX: usize = 4;
/// Processors for each of them: it keeps one busy, and who appends meanwhile needs others.
const PROCESSORS_A_SHARD: usize = 2;

/// Builds what is asked for, until the end.
pub(crate) async fn keep(projections: Projections, mut ending: watch::Receiver<bool>) {
    let mut failures = 0;
    while !*ending.borrow() {
        let pause = match round(&projections, &ending).await {
            Ok(()) => {
                failures = 0;
                LOOKED_EVERY
            }
            Err(error) => pause_after(&error, &mut failures),
        };
        tokio::select! {
            () = projections.asked(), if failures == 0 => {}
            () = wait(pause, &mut ending) => {}
        }
    }
}

/// Builds all that is asked for, if it is our turn.
async fn round(projections: &Projections, ending: &watch::Receiver<bool>) -> Result<(), Error> {
    if asked_for(projections).await?.is_empty() {
        return Ok(());
    }
    let Some(tenure) = projections.take_turn("rebuild", TURN_LASTS).await? else {
        return Ok(());
    };
    let built = tokio::select! {
        () = tenure.lost() => Ok(()),
        built = build_all(projections, ending) => built,
    };
    tenure.release().await;
    built
}

async fn asked_for(projections: &Projections) -> Result<Vec<Order>, Error> {
    let mut connection = projections.readers().acquire().await?;
    let mut orders = order::all(&mut connection.connection()).await?;
    orders.retain(|order| order.state == RebuildState::Building);
    Ok(orders)
}

/// Those at the same place are built together: what was asked for at once is read and folded once.
async fn build_all(projections: &Projections, ending: &watch::Receiver<bool>) -> Result<(), Error> {
    while !*ending.borrow() {
        let orders = asked_for(projections).await?;
        let mut groups: BTreeMap<Vec<Place>, Vec<Projection>> = BTreeMap::new();
        for order in &orders {
            let mut connection = projections.readers().acquire().await?;
            let places = order::places(order.projection, &mut connection.connection()).await?;
            groups.entry(places).or_default().push(order.projection);
        }
        let Some((_, members)) = groups.pop_first() else { break };
        let group = Group {
            projections: projections.clone(),
            members,
            saved: Mutex::new(Instant::now()),
            ending: ending.clone(),
        };
        group.build_and_switch().await?;
    }
    Ok(())
}

impl Group {
    async fn build_and_switch(&self) -> Result<(), Error> {
        loop {
            let heads = heads::of(self.projections.log()).await?;
            if self.build_to(&heads).await? == Outcome::Interrupted {
                return Ok(());
            }
            if self.index().await? {
                // That took its time: what came meanwhile is taken in first.
                continue;
            }
            let now: u64 = heads::of(self.projections.log()).await?.iter().sum();
            if now.saturating_sub(heads.iter().sum()) > SWITCH_EVENTS_MAX {
                continue;
            }
            match self.switch().await? {
                Switched::Done => {
                    for member in &self.members {
                        let name = member.name();
                        tracing::info!(projection = name, "{name} is built anew and answers from now on");
                    }
                    self.projections.tick();
                    return Ok(());
                }
                Switched::Interrupted => return Ok(()),
                Switched::Behind => {}
            }
        }
    }

    async fn build_to(&self, heads: &[u64]) -> Result<Outcome, Error> {
        let at_once = match self.projections.dialect() {
            // One writes at a time.
            Dialect::Sqlite => 1,
            Dialect::Postgres => {
                let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
                (processors / PROCESSORS_A_SHARD).clamp(1, SHARDS_AT_ONCE_MAX)
            }
        };
        let shards = futures::stream::iter((0_u16..).zip(heads.to_vec()));
        let built = shards.map(|(shard, head)| self.build(shard, head)).buffer_unordered(at_once);
        let outcomes: Vec<_> = built.try_collect().await?;
        let is_reached = outcomes.iter().all(|outcome| *outcome == Outcome::Reached);
        Ok(if is_reached { Outcome::Reached } else { Outcome::Interrupted })
    }

    /// Makes the indexes, where that is still to be done. Answers whether it was.
    async fn index(&self) -> Result<bool, Error> {
        let mut session = self.projections.writer().await?;
        let connection = &mut session.connection();
        let orders = order::all(connection).await?;
        let due = orders.iter().filter(|order| self.members.contains(&order.projection) && !order.is_indexed);
        let due: Vec<_> = due.collect();
        for order in &due {
            let projection = order.projection;
            let dialect = connection.dialect();
            for sql in database::schema(projection, Target::Beside, order.generation, dialect).indexes {
                // It may have been made before a crash.
                connection.run(&sql.replacen("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1)).await?;
            }
            if dialect == Dialect::Postgres {
                connection.run(&format!("ANALYZE {}", Target::Beside.table(projection))).await?;
            }
            let sql = "UPDATE rebuilds SET is_indexed = TRUE WHERE projection = ? AND generation = ?";
            connection.execute(Statement::new(sql).bind(projection.name()).bind(order.generation)).await?;
        }
        let was_due = !due.is_empty();
        session.close().await?;
        Ok(was_due)
    }
}

impl Projections {
    /// Carries out the rebuilds that were asked for, here and now, until none is left to be built or `stop` comes. Where
    /// another process has the turn, it waits for that one.
    ///
    /// # Errors
    /// When the log or the database is not available. What is built so far stays.
    pub async fn carry_out_rebuilds(&self, stop: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let (ends, mut ending) = watch::channel(false);
        tokio::pin!(stop);
        let work = async {
            loop {
                round(self, &ending.clone()).await?;
                if *ending.borrow() || asked_for(self).await?.is_empty() {
                    return Ok(());
                }
                wait(LOOKED_EVERY, &mut ending).await;
            }
        };
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return done,
            () = &mut stop => {}
        }
        ends.send_replace(true);
        work.await
    }
}
