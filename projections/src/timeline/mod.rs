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
    fn of(row: &Row) -> Result<Self, Error> {
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
}

/// What is compared with records, in the order of [`differs`].
pub(crate) const AUDITED: &str = "SELECT position, shard, event_id, guarantee, sequence, event_type, event_version, recorded_at, actor, \
     correlation_id, causation_id FROM timeline WHERE shard = ? AND position > ? AND position <= ? ORDER BY position";

/// The columns in which a row is not that of this record.
pub(crate) fn differs(row: &Row, stored: &StoredEvent) -> Result<Vec<&'static str>, sqlx::Error> {
    let metadata: Metadata<'_> = serde_json::from_str(&stored.metadata).unwrap_or_default();
    let (actor, correlation_id, causation_id) =
        (told(metadata.actor), told(metadata.correlation_id), told(metadata.causation_id));
    let text = |place, is: &str| Ok::<_, sqlx::Error>(row.at::<&str>(place)? == kept_text(is));
    let maybe = |place, is: &Option<Cow<'_, str>>| {
        Ok::<_, sqlx::Error>(row.at::<Option<&str>>(place)? == is.as_deref().map(kept_text).as_deref())
    };
    let same = [
        ("position", row.at::<i64>(0)? == stored_count(stored.position)),
        ("shard", row.at::<i64>(1)? == i64::from(stored.shard)),
        ("event_id", row.at::<Uuid>(2)? == stored.id),
        ("guarantee", row.at::<Uuid>(3)? == stored.aggregate_id),
        ("sequence", row.at::<i64>(4)? == stored_count(stored.sequence)),
        ("event_type", text(5, &stored.event_type)?),
        ("event_version", text(6, &stored.event_version)?),
        ("recorded_at", row.at::<i64>(7)? == stored.recorded_at.timestamp_micros()),
        ("actor", maybe(8, &actor)?),
        ("correlation_id", maybe(9, &correlation_id)?),
        ("causation_id", maybe(10, &causation_id)?),
    ];
    Ok(same.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect())
}
