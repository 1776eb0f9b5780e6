//! What platforms are told: the table of events and notices, and the queue.

mod queue;
mod table;

use std::collections::BTreeMap;

use baohan_domain::Event;
use baohan_domain::event::NoticeKind;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::change::Change;
use crate::database::{Column, Connection, Rows, Table, Target, id, int, text, update_many};
use crate::error::ApplyError;
use crate::projection::Projection;

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

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        id("id"),
        id("guarantee"),
        int("sequence"),
        int("shard"),
        int("position"),
        text("platform"),
        text("platform_code"),
        text("application_no"),
        text("kind"),
        text("state"),
        int("created_at"),
        int("settled_at"),
        int("attempts"),
        text("reason"),
    ],
    key: &["id"],
    fixed: &[],
};
const SETTLED: &[Column] = &[id("id"), text("state"), int("attempts"), text("reason"), int("settled_at")];

/// Settles what stands in the table, and queues what is to be told as it stands after the last of the changes.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut queued: Vec<(&Change<'_>, &Told)> = Vec::new();
    // The last outcome of each notice, of those that stand in the table and of those that are queued here.
    let mut outcomes: BTreeMap<Uuid, Outcome<'_>> = BTreeMap::new();
    for change in changes {
        if let Some(told) = notice_of(change.event.name()) {
            queued.push((change, told));
        } else if let Some(mut outcome) = Outcome::of(&change.event) {
            let before = outcomes.get(&outcome.notice);
            outcome.attempts = outcome.attempts.or(before.and_then(|before| before.attempts));
            outcomes.insert(outcome.notice, outcome);
        }
    }
    let mut rows = Rows::new(COLUMNS.columns);
    for (change, told) in queued {
        queue(change, told, outcomes.remove(&change.stored.id).as_ref(), &mut rows)?;
    }
    let table = target.table(Projection::Notices);
    settle(&outcomes, &table, connection).await?;
    COLUMNS.insert(&table, &rows, connection).await?;
    Ok(())
}

fn queue<'a>(
    change: &'a Change<'_>,
    told: &'static Told,
    outcome: Option<&Outcome<'a>>,
    rows: &mut Rows<'a>,
) -> Result<(), ApplyError> {
    let stored = change.stored;
    let Some(application) = change.after.application() else {
        let what = "its guarantee was never applied for";
        return Err(ApplyError::DoesNotFollow { event: change.event.name(), what });
    };
    rows.push([
        stored.id.into(),
        stored.aggregate_id.into(),
        stored.sequence.into(),
        stored.shard.into(),
        stored.position.into(),
        (&application.platform).into(),
        application.platform_code.as_deref().into(),
        application.application_no.as_str().into(),
        told.name.into(),
        outcome.map_or(State::Waiting, |outcome| outcome.state).name().into(),
        stored.recorded_at.into(),
        outcome.map(|outcome| outcome.at).into(),
        outcome.and_then(|outcome| outcome.attempts).into(),
        outcome.and_then(|outcome| outcome.reason).into(),
    ]);
    Ok(())
}

/// An outcome of what this version's table does not queue changes no row: there is nothing to settle.
async fn settle(
    outcomes: &BTreeMap<Uuid, Outcome<'_>>,
    table: &str,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut rows = Rows::new(SETTLED);
    for (&notice, outcome) in outcomes {
        rows.push([
            notice.into(),
            outcome.state.name().into(),
            outcome.attempts.into(),
            outcome.reason.into(),
            outcome.at.into(),
        ]);
    }
    let set = format!(
        "state = given.column2, attempts = COALESCE(given.column3, {table}.attempts), reason = given.column4, \
        settled_at = given.column5"
    );
    update_many(table, &set, &format!("{table}.id = given.column1"), &rows, connection).await?;
    Ok(())
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
}

/// The kind of that name.
pub(crate) fn kind(name: &str) -> Option<NoticeKind> {
    TABLE.iter().find(|told| told.name == name).map(|told| told.kind)
}
