use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use baohan_documents::Documents;
use baohan_ledger::Ledger;
use baohan_projections::notices::{Notice, State};
use baohan_projections::{Projections, Slice};
use baohan_wire::Directory;
use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::delivery::{Due, Tools};
use crate::letter::Letterhead;
use crate::outlets::Outlets;
use crate::patience::Patience;
use crate::transport::Transport;

/// Notices looked at in one page.
const PAGE: u32 = 500;
/// Pages looked at in one round: what lies behind them waits for the next round, the oldest go first.
const PAGES_MAX: usize = 20;
/// How many notices an operator can have sent again at once.
const ASKED_AGAIN_MAX: u32 = 500;
/// A round begins at least so often, in case a wake-up was missed.
const ROUND_EVERY: Duration = Duration::from_secs(1);
/// And at most so often, however often the projections go on: each round asks two databases.
const ROUNDS_APART: Duration = Duration::from_millis(50);

/// What the notifier is made of.
pub struct Wiring {
    /// Records outcomes.
    pub ledger: Ledger,
    /// Shows which notices are due.
    pub projections: Projections,
    /// Holds the files.
    pub documents: Documents,
    /// Knows the platforms.
    pub directory: Arc<Directory>,
    /// Carries the notices.
    pub transport: Transport,
    /// What every letter carries.
    pub head: Letterhead,
    /// How often and how long it is tried.
    pub patience: Patience,
}

/// Delivers notices: in order per guarantee, side by side across guarantees, at least once.
#[derive(Clone)]
pub struct Notifier {
    tools: Arc<Tools>,
    projections: Projections,
    under_way: Arc<Mutex<HashSet<Uuid>>>,
    ended: Arc<Notify>,
    tasks: TaskTracker,
}

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Deliveries that were started.
    pub started: usize,
    /// When the next notice is due that waits for its time.
    pub next_at: Option<DateTime<Utc>>,
}

impl Notifier {
    /// A notifier that has not begun.
    #[must_use]
    pub fn new(wiring: Wiring) -> Self {
        let Wiring { ledger, projections, documents, directory, transport, head, patience } = wiring;
        let outlets = Outlets::default();
        let tools = Tools { ledger, documents, directory, transport, head, patience, outlets };
        Self {
            tools: Arc::new(tools),
            projections,
            under_way: Arc::default(),
            ended: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Delivers until it is told to stop; then waits for what is under way.
    pub async fn run(self, stop: CancellationToken) {
        let mut progress = self.projections.watch();
        while !stop.is_cancelled() {
            let apart = tokio::time::sleep(ROUNDS_APART);
            let wait = match self.round().await {
                Ok(round) => self.until_next(&round),
                Err(error) => {
                    tracing::warn!(%error, "the notifier cannot see what is due");
                    ROUND_EVERY
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
                () = self.ended.notified() => {}
                changed = progress.changed() => if changed.is_err() { break },
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = apart => {}
            }
        }
        self.drain().await;
    }

    /// Waits until nothing is under way.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }

    /// Starts a delivery of each notice that is due, as far as there is room.
    ///
    /// # Errors
    /// When the projection or the store cannot be read.
    pub async fn round(&self) -> Result<Round, baohan_projections::Error> {
        let now = self.tools.ledger.now();
        let mut round = Round::default();
        let mut slice = Slice::first(PAGE);
        let mut oldest = None;
        for _ in 0..PAGES_MAX {
            let page = self.projections.notices_due(None, &slice).await?;
            oldest = oldest.or_else(|| page.items.iter().map(|row| row.created_at).min());
            self.start_due(page.items, now, &mut round).await?;
            match page.next_cursor {
                Some(cursor) => slice.cursor = Some(cursor),
                None => break,
            }
        }
        self.start_asked_again(now, &mut round).await?;
        let age = oldest.map_or(0.0, |oldest| (now - oldest).as_seconds_f64());
        metrics::gauge!("baohan_notice_age_seconds").set(age);
        Ok(round)
    }

    async fn start_due(
        &self,
        rows: Vec<Notice>,
        now: DateTime<Utc>,
        round: &mut Round,
    ) -> Result<(), baohan_projections::Error> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let deliveries = self.tools.ledger.log().deliveries(&ids).await?;
        for row in rows {
            let delivery = deliveries.iter().find(|delivery| delivery.notice_id == row.id);
            let next_at = delivery.and_then(|delivery| delivery.next_at);
            // Another notifier works on it: it is looked at again when his lease ends, or when it was settled.
            let held_until = delivery.and_then(|delivery| delivery.lease).map(|lease| now + lease.left);
            match next_at.into_iter().chain(held_until).filter(|at| *at > now).max() {
                Some(at) => round.next_at = Some(round.next_at.map_or(at, |earlier| earlier.min(at))),
                None => self.start(due(row), round),
            }
        }
        Ok(())
    }

    /// What was given up and an operator wants sent again stands in no queue, only in its delivery's row.
    async fn start_asked_again(
        &self,
        now: DateTime<Utc>,
        round: &mut Round,
    ) -> Result<(), baohan_projections::Error> {
        for delivery in self.tools.ledger.log().deliveries_due(now, ASKED_AGAIN_MAX).await? {
            let Some(row) = self.projections.notice(delivery.notice_id).await? else { continue };
            if row.state == State::Abandoned {
                self.start(due(row), round);
            }
        }
        Ok(())
    }

    fn start(&self, due: Due, round: &mut Round) {
        let notice = due.notice;
        if self.under_way().contains(&notice) {
            return;
        }
        let Some(pass) = self.tools.outlets.enter(&due.platform, Instant::now()) else { return };
        self.under_way().insert(notice);
        round.started += 1;
        let this = self.clone();
        self.tasks.spawn(async move {
            this.tools.deliver(&due, &pass).await;
            drop(pass);
            this.under_way().remove(&notice);
            this.ended.notify_one();
        });
    }

    fn until_next(&self, round: &Round) -> Duration {
        let now = self.tools.ledger.now();
        let by_time = round.next_at.and_then(|at| (at - now).to_std().ok()).unwrap_or(ROUND_EVERY);
        let probe = self.tools.outlets.next_probe();
        let by_probe = probe.map_or(ROUND_EVERY, |at| at.saturating_duration_since(Instant::now()));
        // A probe that is due now and finds nothing to carry must not turn the loop into a spin.
        by_time.min(by_probe).clamp(Duration::from_millis(20), ROUND_EVERY)
    }

    fn under_way(&self) -> std::sync::MutexGuard<'_, HashSet<Uuid>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn due(row: Notice) -> Due {
    Due {
        notice: row.id,
        guarantee: row.guarantee.into(),
        platform: row.platform,
        kind: row.kind,
        since: row.created_at,
    }
}
