//! A log and its projections in a folder of their own, and guarantees that live in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use baohan_domain::{Command, Decision, Event, Guarantee, GuaranteeId, decide, evolve, upcast};
use baohan_log::{Append, Log, NewEvent, StoredEvent};
use baohan_projections::{Projection, Projections, RebuildStatus, Runner, Viewer};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;

/// The moment at which every stage begins: 09:30 on a Monday in China.
pub fn morning() -> DateTime<Utc> {
    "2026-03-02T01:30:00Z".parse().unwrap()
}

/// A whole number of hours after [`morning`].
pub fn hours(hours: i64) -> DateTime<Utc> {
    morning() + TimeDelta::hours(hours)
}

pub struct Stage {
    pub folder: TempDir,
    pub log: Log,
    pub projections: Projections,
    pub runner: Runner,
}

impl Stage {
    pub async fn open() -> Self {
        Self::open_in(tempfile::tempdir().unwrap()).await
    }

    pub async fn open_in(folder: TempDir) -> Self {
        // The log's clock: a second goes by with every look at it.
        let looks = AtomicI64::new(0);
        let now = Arc::new(move || morning() + TimeDelta::seconds(looks.fetch_add(1, Ordering::SeqCst)));
        let log = Log::open(&crate::kind::store(folder.path(), now).await).await.unwrap();
        let options = crate::kind::options(folder.path()).await;
        let projections = Projections::open(log.clone(), options).await.unwrap();
        let runner = projections.runner().await.unwrap();
        Self { folder, log, projections, runner }
    }

    /// Everything is dropped as it is, and opened again.
    pub async fn reopened(self) -> Self {
        let folder = self.closed().await;
        Self::open_in(folder).await
    }

    pub async fn closed(self) -> TempDir {
        drop(self.runner);
        self.projections.close().await;
        self.log.close().await;
        self.folder
    }

    /// The url of the projections.
    pub async fn url(&self) -> String {
        crate::kind::options(self.folder.path()).await.url
    }

    /// A second runner over the same log, into a database of its own, that has applied everything.
    pub async fn fresh(&self) -> Projections {
        let options = crate::kind::other(self.folder.path()).await;
        let projections = Projections::open(self.log.clone(), options).await.unwrap();
        projections.runner().await.unwrap().catch_up().await.unwrap();
        projections
    }

    /// Everything stands as after a fresh build.
    pub async fn is_as_fresh(&self) {
        let fresh = self.fresh().await;
        assert_eq!(self.projections.differences(&fresh).await.unwrap(), []);
        fresh.close().await;
    }

    /// Carries out the rebuilds that were asked for.
    pub async fn built(&self) {
        self.projections.carry_out_rebuilds(std::future::pending()).await.unwrap();
    }

    pub async fn rebuild_of(&self, projection: Projection) -> RebuildStatus {
        let status = self.projections.status(morning()).await.unwrap();
        let found = status.into_iter().find(|status| status.name == projection.name());
        found.unwrap().rebuild.unwrap()
    }

    /// A statement in the projections' database, behind their back.
    pub async fn run(&self, sql: &str) {
        crate::kind::run(&self.url().await, sql).await;
    }

    /// Carries out a command that must change something.
    pub async fn does(&self, id: GuaranteeId, command: impl Into<Command>) -> Vec<StoredEvent> {
        let command = command.into();
        let name = command.name();
        let stored = self.tries(id, command).await;
        stored.unwrap_or_else(|| panic!("{name} changes nothing"))
    }

    /// Carries out a command, if the rules let it change something.
    pub async fn tries(&self, id: GuaranteeId, command: impl Into<Command>) -> Option<Vec<StoredEvent>> {
        let (guarantee, sequence) = self.folded(id).await;
        match decide(&guarantee, command.into()) {
            Ok(Decision::Changed(events)) => Some(self.append(id, sequence, &events).await),
            Ok(Decision::Repeat) | Err(_) => None,
        }
    }

    pub async fn append(&self, id: GuaranteeId, sequence: u64, events: &[Event]) -> Vec<StoredEvent> {
        let events =
            events.iter().map(|event| new_event(event.name(), serde_json::to_string(event).unwrap()));
        self.append_raw(id, sequence, events.collect()).await
    }

    pub async fn append_raw(
        &self,
        id: GuaranteeId,
        sequence: u64,
        events: Vec<NewEvent>,
    ) -> Vec<StoredEvent> {
        let append = Append {
            aggregate_id: id.uuid(),
            expected_sequence: sequence,
            events,
            journal: None,
            key: None,
            guarantee_no: None,
            idempotency: None,
        };
        self.log.append(append).await.unwrap()
    }

    /// The guarantee as the log tells it, and how many events it has.
    pub async fn folded(&self, id: GuaranteeId) -> (Guarantee, u64) {
        let events = self.log.load(id.uuid()).await.unwrap().events;
        let guarantee = events.iter().fold(Guarantee::default(), |guarantee, stored| {
            evolve(
                guarantee,
                &upcast::read(&stored.event_type, &stored.event_version, &stored.payload).unwrap(),
            )
        });
        (guarantee, events.len() as u64)
    }

    pub async fn catch_up(&mut self) {
        self.runner.catch_up().await.unwrap();
    }
}

pub fn new_event(event_type: &str, payload: String) -> NewEvent {
    NewEvent {
        id: Uuid::now_v7(),
        event_type: event_type.to_owned(),
        event_version: "1.0".to_owned(),
        payload,
        metadata: r#"{"actor":"core-banking","correlation_id":"c-1"}"#.to_owned(),
    }
}

/// A reader without the right to see plain values before the opening.
pub fn reader(at: DateTime<Utc>) -> Viewer<'static> {
    Viewer::reader(at)
}

/// The event of an application.
pub fn applied(apply: &baohan_domain::command::Apply) -> Event {
    match decide(&Guarantee::default(), Command::Apply(apply.clone())).unwrap() {
        Decision::Changed(mut events) => events.remove(0),
        Decision::Repeat => panic!("a first application is no repeat"),
    }
}

impl Stage {
    /// With so many applications.
    pub async fn prepared(self, count: u32) -> Self {
        for number in 1..=count {
            let apply = crate::life::apply(number, morning());
            self.does(crate::life::id_of(number), apply).await;
        }
        self
    }
}

/// Applications that wait at once at most.
const SIDE_BY_SIDE: usize = 500;

/// Applications of these numbers, many at once.
pub async fn fill(log: &Log, numbers: std::ops::Range<u32>) {
    let numbers: Vec<u32> = numbers.collect();
    for chunk in numbers.chunks(SIDE_BY_SIDE) {
        let appends = chunk.iter().map(|&number| {
            let payload = serde_json::to_string(&applied(&crate::life::apply(number, morning()))).unwrap();
            log.append(Append {
                aggregate_id: crate::life::id_of(number).uuid(),
                expected_sequence: 0,
                events: vec![new_event("Applied", payload)],
                journal: None,
                key: None,
                guarantee_no: None,
                idempotency: None,
            })
        });
        for stored in futures::future::join_all(appends).await {
            stored.unwrap();
        }
    }
}
