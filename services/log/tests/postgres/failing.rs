//! Servers and lines that fail in the middle of an append: what was answered is there once, what was refused is not, and it goes on.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baohan_log::{AppendError, Error, Log, Outage, StoredEvent};
use baohan_servers::{Manner, Postgres, Proxy, until};
use futures::future::join_all;
use uuid::Uuid;

use crate::ledger::{all, beside, open};
use crate::place::fresh;
use crate::suite::stage::{append, call};

const PATIENCE: Duration = Duration::from_mins(2);
const TASKS: usize = 24;

/// What tasks were told that append until they are stopped.
#[derive(Default)]
struct Told {
    stored: Vec<StoredEvent>,
    /// Ids of events that are not stored.
    refused: Vec<Uuid>,
    unknown: usize,
    conflicts: usize,
}

struct Load {
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<Told>>,
}

impl Load {
    fn on(logs: &[Log]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let tasks = (0..TASKS).map(|nth| tokio::spawn(live(logs[nth % logs.len()].clone(), stop.clone())));
        Self { tasks: tasks.collect(), stop }
    }

    async fn end(self) -> Told {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Told::default();
        for told in join_all(self.tasks).await {
            let told = told.unwrap();
            all.stored.extend(told.stored);
            all.refused.extend(told.refused);
            all.unknown += told.unknown;
            all.conflicts += told.conflicts;
        }
        all
    }
}

async fn live(log: Log, stop: Arc<AtomicBool>) -> Told {
    let mut told = Told::default();
    while !stop.load(Ordering::SeqCst) {
        let mut first = append(Uuid::new_v4(), 0, "Applied");
        first.journal = Some(call("baohanapply", "A1"));
        first.key = Some(vec![7; 48]);
        let id = first.events[0].id;
        match log.append(first).await {
            Ok(stored) => told.stored.extend(stored),
            Err(AppendError::Store(Error::Unavailable { outage: Outage::Unknown, .. })) => told.unknown += 1,
            Err(AppendError::Store(Error::Unavailable { .. })) => told.refused.push(id),
            Err(AppendError::Conflict { .. }) => told.conflicts += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    told
}

/// Each answered append is stored once, as it was told; nothing is stored that was refused; no position is missing.
fn assert_true(told: &Told, stored: &HashMap<Uuid, StoredEvent>) {
    for event in &told.stored {
        assert_eq!(stored.get(&event.id), Some(event));
    }
    for id in &told.refused {
        assert!(!stored.contains_key(id), "it was refused and is stored");
    }
    assert_eq!(told.conflicts, 0, "nobody else writes to a fresh aggregate");
    let rest = stored.len() - told.stored.len();
    assert!(rest <= told.unknown, "{rest} are stored that nobody was told of, {} unknown", told.unknown);
}

async fn filled(log: &Log, events: u64) {
    let mut watch = log.watch();
    let at_least = *watch.borrow() + events;
    tokio::time::timeout(PATIENCE, watch.wait_for(|seen| *seen >= at_least)).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_connection_is_ended_finds_out_and_nothing_is_lost_or_doubled() {
    let place = fresh().await;
    let logs = [open(&place.url()).await, open(&place.url()).await];
    let load = Load::on(&logs);
    let mut beside = beside(&place.url()).await;
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%baohan_append%'";
    let mut ended = 0;
    while ended < 60 {
        filled(&logs[0], 20).await;
        ended += sqlx::query_scalar::<_, i64>(end).fetch_one(&mut beside).await.unwrap();
    }
    let told = load.end().await;
    let stored = all(&logs[0]).await;
    assert_true(&told, &stored);
    assert!(told.stored.len() > 200, "{}", told.stored.len());
    assert_eq!(told.unknown, 0, "the server was there all the time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_that_was_answered() {
    let mut server = Postgres::start().await;
    let url = server.database().await.url;
    let logs = [open(&url).await, open(&url).await];
    let load = Load::on(&logs);
    for _ in 0..3 {
        filled(&logs[0], 200).await;
        server.kill();
        server.restart().await;
    }
    filled(&logs[1], 200).await;
    let told = load.end().await;
    assert_true(&told, &all(&logs[0]).await);
    assert!(told.stored.len() > 500, "{}", told.stored.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_breaks_loses_nothing_that_was_answered() {
    let server = Postgres::start_with(&[("fsync", "off")]).await;
    let url = server.database().await.url;
    let proxy = Proxy::to(&server.address()).await;
    let name = url.rsplit('/').next().unwrap();
    let log = open(&server.url_by(&proxy.address(), name)).await;
    let load = Load::on(std::slice::from_ref(&log));
    for manner in [Manner::Reset, Manner::Cut, Manner::Reset, Manner::Cut] {
        filled(&log, 100).await;
        proxy.set(manner);
        until("the server's own end", PATIENCE, async || {
            let beside = &mut beside(&url).await;
            let count = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%baohan_append%' AND pid <> pg_backend_pid()";
            let left: i64 = sqlx::query_scalar(count).fetch_one(beside).await.unwrap();
            (left == 0).then_some(())
        })
        .await;
        proxy.set(Manner::Pass);
    }
    filled(&log, 100).await;
    let told = load.end().await;
    assert_true(&told, &all(&log).await);
    assert!(told.stored.len() > 400, "{}", told.stored.len());
}

/// A server that hangs is noticed in seconds; what was asked meanwhile is answered, and it goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_hangs_is_noticed_and_it_goes_on_when_it_passes() {
    let server = Postgres::start_with(&[("fsync", "off")]).await;
    let url = server.database().await.url;
    let proxy = Proxy::to(&server.address()).await;
    let name = url.rsplit('/').next().unwrap();
    let log = open(&server.url_by(&proxy.address(), name)).await;
    let id = Uuid::new_v4();
    log.append(append(id, 0, "Applied")).await.unwrap();
    proxy.set(Manner::Hang);
    let (appended, loaded) = tokio::time::timeout(PATIENCE, async {
        tokio::join!(log.append(append(id, 1, "Issued")), log.load(id))
    })
    .await
    .unwrap();
    assert!(matches!(appended, Err(AppendError::Store(Error::Unavailable { .. }))), "{appended:?}");
    assert!(matches!(loaded, Err(Error::Unavailable { .. })), "{loaded:?}");
    proxy.set(Manner::Pass);
    until("the log", PATIENCE, async || {
        let events = log.load(id).await.ok()?.events;
        log.append(append(id, events.len() as u64, "Annotated")).await.ok()
    })
    .await;
    log.ping().await.unwrap();
    assert!(all(&log).await.len() >= 2);
}
