//! What several processes do at once: each has handles of its own over the same databases.

use std::sync::Arc;

use baohan_log::Log;
use baohan_projections::{Projections, Runner};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::kind::{options, store};
use crate::stage::{Stage, morning};

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
