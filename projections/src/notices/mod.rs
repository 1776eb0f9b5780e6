//! What platforms are told: the table of events and notices, and the queue.

mod queue;
mod table;

use baohan_domain::Event;
use baohan_domain::event::NoticeKind;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::change::Change;
use crate::error::ApplyError;
use crate::rows::{Insert, Statement, stored_count};

pub use queue::{DueNotices, Filter, Notice, WaitingAt};
pub use table::{Audience, TABLE, Told, notice_of, told_as};

pub(crate) const SCHEMA: &str = include_str!("schema.sql");

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing final yet.
    Waiting,
    /// The platform took it.
    Acknowledged,
    /// Given up; an operator may send it again.
    Abandoned,
    /// Not sent, on purpose.
    Skipped,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Acknowledged, Self::Abandoned, Self::Skipped];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Acknowledged => "acknowledged",
            Self::Abandoned => "abandoned",
            Self::Skipped => "skipped",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Queues what is to be told, and settles what was. Rows are written together up to the next outcome, which may be of
/// one of them.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    let mut queued = Vec::new();
    for change in changes {
        if let Some(told) = notice_of(change.event.name()) {
            if change.after.application().is_none() {
                let what = "its guarantee was never applied for";
                return Err(ApplyError::DoesNotFollow { event: change.event.name(), what });
            }
            queued.push((change, told));
        } else if let Some(outcome) = Outcome::of(&change.event) {
            QUEUED.write(&queued, bind, connection).await?;
            queued.clear();
            outcome.settle(connection).await?;
        }
    }
    QUEUED.write(&queued, bind, connection).await?;
    Ok(())
}

const QUEUED: Insert = Insert {
    head: "INSERT INTO notices (id, guarantee, sequence, shard, position, platform, platform_code, application_no, kind, \
        state, created_at) VALUES",
    columns: 11,
    tail: "",
};

fn bind<'q>(statement: Statement<'q>, (change, told): &'q (&Change<'_>, &Told)) -> Statement<'q> {
    let (stored, application) = (change.stored, change.after.application());
    statement
        .bind(&stored.id.as_bytes()[..])
        .bind(&stored.aggregate_id.as_bytes()[..])
        .bind(stored_count(stored.sequence))
        .bind(stored.shard)
        .bind(stored_count(stored.position))
        .bind(application.map(|application| application.platform.as_str()))
        .bind(application.and_then(|application| application.platform_code.as_deref()))
        .bind(application.map(|application| application.application_no.as_str()))
        .bind(told.name)
        .bind(State::Waiting.name())
        .bind(stored.recorded_at.timestamp_micros())
}

/// What became of a notice, as an event says.
struct Outcome<'a> {
    notice: Uuid,
    state: State,
    attempts: Option<u32>,
    reason: Option<&'a str>,
    at: DateTime<Utc>,
}

impl<'a> Outcome<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        Some(match event {
            Event::NoticeAcknowledged(event) => Self {
                notice: event.notice,
                state: State::Acknowledged,
                attempts: Some(event.attempts),
                reason: None,
                at: event.acknowledged_at,
            },
            Event::NoticeAbandoned(event) => Self {
                notice: event.notice,
                state: State::Abandoned,
                attempts: Some(event.attempts),
                reason: Some(&event.reason),
                at: event.abandoned_at,
            },
            Event::NoticeSkipped(event) => Self {
                notice: event.notice,
                state: State::Skipped,
                attempts: None,
                reason: Some(&event.reason),
                at: event.skipped_at,
            },
            _ => return None,
        })
    }

    /// An outcome of what this version's table does not queue changes no row: there is nothing to settle.
    async fn settle(self, connection: &mut SqliteConnection) -> Result<(), ApplyError> {
        sqlx::query("UPDATE notices SET state = ?, attempts = COALESCE(?, attempts), reason = ?, settled_at = ? WHERE id = ?")
            .bind(self.state.name())
            .bind(self.attempts)
            .bind(self.reason)
            .bind(self.at.timestamp_micros())
            .bind(&self.notice.as_bytes()[..])
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// The kind of that name.
pub(crate) fn kind(name: &str) -> Option<NoticeKind> {
    TABLE.iter().find(|told| told.name == name).map(|told| told.kind)
}
