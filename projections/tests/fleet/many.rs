//! What several processes do at once: each has handles of its own over the same databases.

use std::sync::Arc;

use baohan_log::{Append, Log};
use baohan_projections::{Projections, Runner};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::kind::{options, store};
use crate::life::{self, id_of};
use crate::stage::{Stage, applied, morning, new_event};

/// One more process over a stage's databases.
pub struct Process {
    pub log: Log,
    pub projections: Projections,
}

impl Process {
    pub async fn beside(stage: &Stage) -> Self {
        let folder = stage.folder.path();
        let log = Log::open(&store(folder, Arc::new(morning)).await).await.unwrap();
        let projections = Projections::open(log.clone(), options(folder).await).await.unwrap();
        Self { log, projections }
    }

    pub async fn running(&self) -> Running {
        Running::start(self.projections.runner().await.unwrap())
    }
}

/// A runner that runs.
pub struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(runner: Runner) -> Self {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(runner.run(async move {
            let _ = stopped.await;
        }));
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

/// Applications through a process's log, many at once.
pub async fn fill(log: &Log, numbers: std::ops::Range<u32>) {
    let appends = numbers.map(|number| {
        let payload = serde_json::to_string(&applied(&life::apply(number, morning()))).unwrap();
        log.append(Append {
            aggregate_id: id_of(number).uuid(),
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
