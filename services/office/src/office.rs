use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use baohan_documents::Documents;
use baohan_issuing::Issuing;
use baohan_ledger::Ledger;
use baohan_log::Log;
use baohan_projections::{Projection, Projections, Viewer};
use baohan_proof::Trust;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::probes::Readiness;
use crate::problem::{self, Problem};
use crate::process::Process;
use crate::roles::Role;
use crate::stream::STREAMS_MAX;
use crate::tokens::{Caller, Tokens};

/// How long a list waits for projections that lag.
const FRESH_WAIT_MAX: Duration = Duration::from_secs(2);

/// Writes the metrics in Prometheus's text form.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// What the binary hands over.
#[derive(Clone)]
pub struct Setup {
    /// The issuing desk, and with it the ledger, the documents and the terms of underwriting.
    pub issuing: Issuing,
    /// The projections; somebody else runs them.
    pub projections: Projections,
    /// The ledger's keys and the policy of co-signatures, by which proofs are made and checkpoints count.
    pub trust: Trust,
    /// Who may call.
    pub tokens: Tokens,
    /// What `/metrics` answers.
    pub metrics: Metrics,
    /// What is known of this process.
    pub process: Process,
    /// Writes are refused.
    pub read_only: bool,
    /// Cancelled when the process stops: streams end then.
    pub stop: CancellationToken,
}

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Office(Arc<Inner>);

struct Inner {
    setup: Setup,
    readiness: Readiness,
    streams: Arc<Semaphore>,
    description: String,
}

impl Office {
    pub(crate) fn new(setup: Setup, description: String) -> Self {
        let streams = Arc::new(Semaphore::new(STREAMS_MAX));
        Self(Arc::new(Inner { setup, readiness: Readiness::default(), streams, description }))
    }

    pub(crate) fn issuing(&self) -> &Issuing {
        &self.0.setup.issuing
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        self.issuing().ledger()
    }

    pub(crate) fn log(&self) -> &Log {
        self.ledger().log()
    }

    pub(crate) fn documents(&self) -> &Documents {
        self.issuing().documents()
    }

    pub(crate) fn projections(&self) -> &Projections {
        &self.0.setup.projections
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.0.setup.trust
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.setup.tokens
    }

    pub(crate) fn process(&self) -> &Process {
        &self.0.setup.process
    }

    pub(crate) fn metrics(&self) -> String {
        (self.0.setup.metrics)()
    }

    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.0.setup.stop
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    pub(crate) fn streams(&self) -> &Arc<Semaphore> {
        &self.0.streams
    }

    /// The description of the interface, as JSON.
    pub(crate) fn description(&self) -> &str {
        &self.0.description
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.0.setup.read_only || self.log().is_read_only()
    }

    /// Lets a write through, unless there are none.
    pub(crate) fn writable(&self) -> Result<(), Problem> {
        if self.is_read_only() {
            return Err(Problem::of(problem::READ_ONLY, "账本以只读方式运行，不接受写操作"));
        }
        Ok(())
    }

    /// Waits a moment for the projections, so that a list shows what its reader has just written. Where they do not catch up,
    /// the list shows what there is; the reconciliation alone refuses then.
    pub(crate) async fn fresh(&self) {
        if let Err(error) = self.projections().caught_up_with(&Projection::LISTS, FRESH_WAIT_MAX).await {
            tracing::debug!(%error, "a list is answered from projections that lag");
        }
    }

    /// How a caller sees guarantees at this moment.
    pub(crate) fn viewer(&self, caller: &Caller) -> Viewer<'_> {
        Viewer {
            now: self.ledger().now(),
            sees_plain: caller.roles.has(Role::Operator),
            terms: Some(self.issuing().terms()),
        }
    }
}

impl fmt::Debug for Office {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Office").field("read_only", &self.is_read_only()).finish_non_exhaustive()
    }
}
