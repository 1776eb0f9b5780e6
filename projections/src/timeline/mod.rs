//! One row an event, for the audit. It reads the record and not the event, so it goes on where others cannot.

use std::borrow::Cow;

use baohan_log::StoredEvent;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::database::{Connection, Row, Rows, Statement, Table, Target, id, int, kept_text, text};
use crate::error::{ApplyError, Error};
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::projection::Projection;
use crate::rows::{count, number, stored_count, the_moment};

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
const TABLE: &str = "timeline";

/// An event in the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TimelineRow {
    /// The event.
    pub event_id: Uuid,
    /// Whose.
    pub guarantee: Uuid,
    /// Its number within the guarantee.
    pub sequence: u64,
    /// Its type.
    pub event_type: String,
    /// The version of its payload's form.
    pub event_version: String,
    /// Its shard.
    pub shard: u16,
    /// Its position in the shard.
    pub position: u64,
    /// When it was stored.
    pub recorded_at: DateTime<Utc>,
    /// Who brought it about.
    pub actor: Option<String>,
    /// What it belongs to.
    pub correlation_id: Option<String>,
    /// What it follows from.
    pub causation_id: Option<String>,
}

/// Which events are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this guarantee.
    pub guarantee: Option<Uuid>,
    /// Brought about by this actor.
    pub actor: Option<String>,
    /// Of this type.
    pub event_type: Option<String>,
    /// Stored then or later.
    pub from: Option<DateTime<Utc>>,
    /// Stored before.
    pub before: Option<DateTime<Utc>>,
}

/// What the timeline shows of an event's metadata. Metadata of another form are no reason to lose the row.
#[derive(Default, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    actor: Option<Cow<'a, str>>,
    #[serde(borrow)]
    correlation_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    causation_id: Option<Cow<'a, str>>,
}

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        int("shard"),
        int("position"),
        id("event_id"),
        id("guarantee"),
        int("sequence"),
        text("event_type"),
        text("event_version"),
        int("recorded_at"),
        text("actor"),
        text("correlation_id"),
        text("causation_id"),
    ],
    key: &["shard", "position"],
    fixed: &[],
};

pub(crate) async fn apply(
    records: &[StoredEvent],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut rows = Rows::new(COLUMNS.columns);
    for stored in records {
        let metadata: Metadata<'_> = serde_json::from_str(&stored.metadata).unwrap_or_default();
        rows.push([
            stored.shard.into(),
            stored.position.into(),
            stored.id.into(),
            stored.aggregate_id.into(),
            stored.sequence.into(),
            (&stored.event_type).into(),
            (&stored.event_version).into(),
            stored.recorded_at.into(),
            told(metadata.actor).into(),
            told(metadata.correlation_id).into(),
            told(metadata.causation_id).into(),
        ]);
    }
    let table = target.table(Projection::Timeline);
    match target {
        Target::Running => COLUMNS.insert(&table, &rows, connection).await?,
        Target::Beside => COLUMNS.pour(&table, &rows, connection).await?,
    }
    Ok(())
}

/// An empty text is none: the topic has no header for it.
fn told(text: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    text.filter(|text| !text.is_empty())
}

impl Projections {
    /// Events in the order in which they were stored, the oldest first.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn timeline(&self, filter: &Filter, slice: &Slice) -> Result<Page<TimelineRow>, Error> {
        let limit = slice.limit();
        let mut query = Statement::new("SELECT * FROM timeline WHERE TRUE");
        if let Some(guarantee) = filter.guarantee {
            // The log knows where a guarantee's events stand; an index of random ids here would cost every event a page.
            let stream = self.log().load(guarantee).await?;
            let Some(first) = stream.events.first() else {
                return Ok(page(Vec::new(), limit, List::Timeline));
            };
            query.push(" AND shard = ").push_bind(first.shard).push(" AND position IN (");
            for (number, stored) in stream.events.iter().enumerate() {
                query.push(if number == 0 { "" } else { ", " }).push_bind(stored.position);
            }
            query.push(")");
        }
        if let Some(actor) = &filter.actor {
            query.push(" AND actor = ").push_bind(actor);
        }
        if let Some(event_type) = &filter.event_type {
            query.push(" AND event_type = ").push_bind(event_type);
        }
        if let Some(from) = filter.from {
            query.push(" AND recorded_at >= ").push_bind(from);
        }
        if let Some(before) = filter.before {
            query.push(" AND recorded_at < ").push_bind(before);
        }
        if let Some(after) = slice.after(List::Timeline)? {
            query.push(" AND (shard, position) > (").push_bind(after.number);
            query.push(", ").push_bind(after.at).push(")");
        }
        query.push(" ORDER BY shard, position LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in self.readers().fetch_all(query).await? {
            let row = TimelineRow::of(&row)?;
            let key = Key { at: stored_count(row.position), id: Uuid::nil(), number: i64::from(row.shard) };
            rows.push((key, row));
        }
        Ok(page(rows, limit, List::Timeline))
    }
}

impl TimelineRow {
    pub(crate) fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            event_id: row.get("event_id")?,
            guarantee: row.get("guarantee")?,
            sequence: count(row, "sequence")?,
            event_type: row.get("event_type")?,
            event_version: row.get("event_version")?,
            shard: number(row, TABLE, "shard")?,
            position: count(row, "position")?,
            recorded_at: the_moment(row, TABLE, "recorded_at")?,
            actor: row.get("actor")?,
            correlation_id: row.get("correlation_id")?,
            causation_id: row.get("causation_id")?,
        })
    }

    /// The row as it is made of a record.
    pub(crate) fn of_event(stored: &StoredEvent) -> Self {
        let metadata: Metadata<'_> = serde_json::from_str(&stored.metadata).unwrap_or_default();
        let kept = |text: &str| kept_text(text).into_owned();
        Self {
            event_id: stored.id,
            guarantee: stored.aggregate_id,
            sequence: stored.sequence,
            event_type: kept(&stored.event_type),
            event_version: kept(&stored.event_version),
            shard: stored.shard,
            position: stored.position,
            recorded_at: stored.recorded_at,
            actor: told(metadata.actor).as_deref().map(kept),
            correlation_id: told(metadata.correlation_id).as_deref().map(kept),
            causation_id: told(metadata.causation_id).as_deref().map(kept),
        }
    }

    /// The columns in which two rows differ.
    pub(crate) fn differs(&self, other: &Self) -> Vec<&'static str> {
        let columns = [
            ("event_id", self.event_id == other.event_id),
            ("guarantee", self.guarantee == other.guarantee),
            ("sequence", self.sequence == other.sequence),
            ("event_type", self.event_type == other.event_type),
            ("event_version", self.event_version == other.event_version),
            ("shard", self.shard == other.shard),
            ("position", self.position == other.position),
            ("recorded_at", self.recorded_at == other.recorded_at),
            ("actor", self.actor == other.actor),
            ("correlation_id", self.correlation_id == other.correlation_id),
            ("causation_id", self.causation_id == other.causation_id),
        ];
        columns.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect()
    }
}
