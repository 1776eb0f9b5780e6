use std::sync::Arc;
use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use uuid::Uuid;

use super::column::stored_shard;
use super::connection::{Place, Session, answered};
use super::events::{columns, event};
use crate::error::Error;
use crate::event::Stream;
use crate::fault;
use crate::key::KeyState;

/// Loads that wait at most; beyond it, callers wait to be let in.
const QUEUE_MAX: usize = 1_024;
/// Aggregates that one statement loads at most.
const BATCH_MAX: usize = 128;
/// How long a loader leaves a server alone that did not answer, in milliseconds; it says so to whoever asks meanwhile.
const REST_MS: u64 = 200;

/// Loads aggregates, many by one statement where many wait, and at once where nobody else does.
#[derive(Clone)]
pub(super) struct Loading(mpsc::Sender<Load>);

struct Load {
    aggregate_id: Uuid,
    shard: u16,
    reply: oneshot::Sender<Result<Stream, Error>>,
}

impl Loading {
    /// As many load side by side: while one waits for its answer, another takes who comes; what comes meanwhile is gathered.
    pub(super) fn start(place: &Place, closing: &watch::Receiver<bool>, loaders: usize) -> Self {
        let (loads, queue) = mpsc::channel(QUEUE_MAX);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..loaders {
            let loader = Loader { place: place.clone(), session: None };
            let (queue, mut closing) = (queue.clone(), closing.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = loader.run(queue) => {}
                    _ = closing.wait_for(|closing| *closing) => {}
                }
            });
        }
        Self(loads)
    }

    pub(super) async fn load(&self, aggregate_id: Uuid, shard: u16) -> Result<Stream, Error> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Load { aggregate_id, shard, reply }).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

struct Loader {
    place: Place,
    session: Option<Session>,
}

impl Loader {
    /// Works until nobody is left who could ask.
    async fn run(mut self, queue: Arc<Mutex<mpsc::Receiver<Load>>>) {
        let mut waiting = Vec::with_capacity(BATCH_MAX);
        while queue.lock().await.recv_many(&mut waiting, BATCH_MAX).await > 0 {
            let loads = std::mem::take(&mut waiting);
            match self.load_all(&loads).await {
                Ok(streams) => {
                    for (load, stream) in loads.into_iter().zip(streams) {
                        // Whoever asked may have gone; then nobody needs the answer.
                        let _ = load.reply.send(stream);
                    }
                }
                Err(error) => {
                    let error = Error::from(error);
                    for load in loads {
                        let _ = load.reply.send(Err(error.clone()));
                    }
                    tokio::time::sleep(Duration::from_millis(REST_MS)).await;
                }
            }
        }
    }

    /// A connection that broke while nobody used it is opened again; asking twice changes nothing.
    async fn load_all(&mut self, loads: &[Load]) -> Result<Vec<Result<Stream, Error>>, sqlx::Error> {
        let was_open = self.session.is_some();
        match self.try_load_all(loads).await {
            Err(error) if was_open && fault::is_lost(&error) => self.try_load_all(loads).await,
            answer => answer,
        }
    }

    async fn try_load_all(&mut self, loads: &[Load]) -> Result<Vec<Result<Stream, Error>>, sqlx::Error> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.place.session().await?,
        };
        let streams = answered(streams(&mut session.connection, loads)).await?;
        self.session = Some(session);
        Ok(streams)
    }
}

/// Loads each wanted aggregate; `$of` says more of the events.
macro_rules! load {
    ($of:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            ", k.wrapped, k.destroyed_at, w.nth
               FROM unnest($1::smallint[], $2::text[]) WITH ORDINALITY AS w (shard, aggregate, nth)
               JOIN events AS e ON e.shard = w.shard AND e.aggregate_id = w.aggregate",
            $of,
            " LEFT JOIN keys AS k ON e.sequence = 1 AND k.shard = e.shard AND k.position = e.position
              ORDER BY w.nth, e.sequence"
        )
    };
}

const TOGETHER: &str = load!("");

/// For one alone its shard stands in the statement, so that only this shard's tables are opened.
fn alone(shard: i16) -> String {
    format!(load!(" AND e.shard = {}"), shard)
}

async fn streams(
    connection: &mut PgConnection,
    loads: &[Load],
) -> Result<Vec<Result<Stream, Error>>, sqlx::Error> {
    let shards: Vec<i16> = loads.iter().map(|load| stored_shard(load.shard)).collect();
    let aggregates: Vec<String> = loads.iter().map(|load| load.aggregate_id.to_string()).collect();
    let rows = match &shards[..] {
        [shard] => sqlx::query(&alone(*shard)).bind(shards).bind(aggregates).fetch_all(connection).await?,
        _ => sqlx::query(TOGETHER).bind(shards).bind(aggregates).fetch_all(connection).await?,
    };
    let nothing = || Ok(Stream { events: Vec::new(), key: KeyState::None });
    let mut streams: Vec<Result<Stream, Error>> = loads.iter().map(|_| nothing()).collect();
    for row in &rows {
        let nth: i64 = row.try_get(13)?;
        let place = usize::try_from(nth - 1).ok().and_then(|place| streams.get_mut(place));
        if let Some(stream) = place
            && let Err(error) = add(stream, row)
        {
            *stream = Err(error);
        }
    }
    Ok(streams)
}

fn add(stream: &mut Result<Stream, Error>, row: &PgRow) -> Result<(), Error> {
    if let Ok(stream) = stream {
        if stream.events.is_empty() {
            stream.key = key(row)?;
        }
        stream.events.push(event(row)?);
    }
    Ok(())
}

/// The key as it stands beside an aggregate's first event, in the two columns after the event's.
fn key(row: &PgRow) -> Result<KeyState, Error> {
    let (wrapped, destroyed_at): (Option<Vec<u8>>, Option<_>) = (row.try_get(11)?, row.try_get(12)?);
    Ok(match (wrapped, destroyed_at) {
        (_, Some(at)) => KeyState::Destroyed { at },
        (Some(wrapped), None) => KeyState::Wrapped(wrapped),
        (None, None) => KeyState::None,
    })
}
