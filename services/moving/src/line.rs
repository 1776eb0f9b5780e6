//! The lines of a file: one JSON object each, told apart by `line`.

use baohan_log::{
    Attempt, Delivery, IdempotencyRecord, Item, JournalEntry, Kept, KeyState, Origin, Reading, Reservation,
    SectionFact, ShardHead, Standing, StoreKind, StoredEvent,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

use crate::error::Error;

/// The version of the file's form.
pub(crate) const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(crate) enum Line {
    /// The first: what it is, and how the store stood.
    Ledger(Header),
    Event(EventLine),
    Journal(JournalLine),
    Number {
        number: String,
        guarantee: Uuid,
    },
    Reservation {
        guarantee: Uuid,
        date: NaiveDate,
        serial: u64,
    },
    Idempotency {
        key: String,
        content_sm3: String,
        status: u16,
        body: Binary,
        at: DateTime<Utc>,
    },
    Delivery {
        notice: Uuid,
        state: String,
        attempts: u32,
        next_at: Option<DateTime<Utc>>,
    },
    Attempt(AttemptLine),
    SectionFact {
        platform: String,
        section_no: String,
        status: String,
        content: String,
        told_at: DateTime<Utc>,
    },
    SectionWatermark {
        platform: String,
        watermark: String,
    },
    Reading {
        guarantee: Uuid,
        actor: String,
        fields: Vec<String>,
        at: DateTime<Utc>,
    },
    Origin(OriginLine),
    /// The last: what was there, and the digest of every byte before this line.
    End {
        lines: u64,
        events: u64,
        sm3: String,
    },
}

/// What the file is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) version: u32,
    /// By which release it was written.
    pub(crate) written_by: String,
    pub(crate) exported_at: DateTime<Utc>,
    #[serde(flatten)]
    pub(crate) store: StoreLine,
}

/// How a store stood.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoreLine {
    pub(crate) store: String,
    /// The ledger's id; absent in files of versions that knew none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ledger: Option<Uuid>,
    pub(crate) incarnation: Uuid,
    pub(crate) heads: Vec<ShardHead>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OriginLine {
    #[serde(flatten)]
    pub(crate) store: StoreLine,
    pub(crate) content_sm3: String,
    pub(crate) exported_at: DateTime<Utc>,
    pub(crate) imported_at: DateTime<Utc>,
}

/// An event with the place that it had, so that its old leaf can be worked out from the line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EventLine {
    shard: u16,
    position: u64,
    incarnation: Uuid,
    id: Uuid,
    guarantee: Uuid,
    sequence: u64,
    event_type: String,
    event_version: String,
    recorded_at: DateTime<Utc>,
    /// The stored text itself, as a text in JSON.
    payload: String,
    metadata: String,
    /// The guarantee's key, wrapped; beside its first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Binary>,
    /// When that key was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_destroyed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JournalLine {
    id: Uuid,
    received_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    interface: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    application_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guarantee: Option<Uuid>,
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    diagnosis: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    marks: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Binary>,
    body_sm3: String,
    duration_us: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remote: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation_id: Option<Uuid>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AttemptLine {
    notice: Uuid,
    number: u32,
    started_at: DateTime<Utc>,
    duration_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_at: Option<DateTime<Utc>>,
}

/// Bytes, as base64.
#[derive(Debug)]
pub(crate) struct Binary(Vec<u8>);

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text).map(Self).map_err(D::Error::custom)
    }
}

impl From<Kept> for Line {
    fn from(Kept { event, key }: Kept) -> Self {
        let (key, key_destroyed_at) = match key {
            KeyState::None => (None, None),
            KeyState::Wrapped(wrapped) => (Some(Binary(wrapped)), None),
            KeyState::Destroyed { at } => (None, Some(at)),
        };
        Self::Event(EventLine {
            shard: event.shard,
            position: event.position,
            incarnation: event.incarnation,
            id: event.id,
            guarantee: event.aggregate_id,
            sequence: event.sequence,
            event_type: event.event_type,
            event_version: event.event_version,
            recorded_at: event.recorded_at,
            payload: event.payload,
            metadata: event.metadata,
            key,
            key_destroyed_at,
        })
    }
}

impl From<EventLine> for Kept {
    fn from(line: EventLine) -> Self {
        let key = match (line.key, line.key_destroyed_at) {
            (_, Some(at)) => KeyState::Destroyed { at },
            (Some(Binary(wrapped)), None) => KeyState::Wrapped(wrapped),
            (None, None) => KeyState::None,
        };
        let event = StoredEvent {
            id: line.id,
            aggregate_id: line.guarantee,
            sequence: line.sequence,
            event_type: line.event_type,
            event_version: line.event_version,
            payload: line.payload,
            metadata: line.metadata,
            shard: line.shard,
            position: line.position,
            recorded_at: line.recorded_at,
            incarnation: line.incarnation,
        };
        Self { event, key }
    }
}

impl From<&Standing> for StoreLine {
    fn from(standing: &Standing) -> Self {
        Self {
            store: standing.kind.name().to_owned(),
            ledger: standing.ledger,
            incarnation: standing.incarnation,
            heads: standing.heads.clone(),
        }
    }
}

impl TryFrom<StoreLine> for Standing {
    type Error = Error;

    fn try_from(line: StoreLine) -> Result<Self, Error> {
        let kind = StoreKind::named(&line.store)
            .ok_or_else(|| Error::Bent(format!("a store of the kind {}", line.store)))?;
        Ok(Self { kind, ledger: line.ledger, incarnation: line.incarnation, heads: line.heads })
    }
}

impl From<Item> for Line {
    fn from(item: Item) -> Self {
        match item {
            Item::Journal(entry) => Self::Journal(JournalLine::from(*entry)),
            Item::Number { number, aggregate_id } => Self::Number { number, guarantee: aggregate_id },
            Item::Reservation { aggregate_id, reservation } => Self::Reservation {
                guarantee: aggregate_id,
                date: reservation.date,
                serial: reservation.serial,
            },
            Item::Idempotency(record) => Self::Idempotency {
                key: record.key,
                content_sm3: record.content_sm3,
                status: record.status,
                body: Binary(record.body),
                at: record.at,
            },
            Item::Delivery(delivery) => Self::Delivery {
                notice: delivery.notice_id,
                state: delivery.state,
                attempts: delivery.attempts,
                next_at: delivery.next_at,
            },
            Item::Attempt(attempt) => Self::Attempt(AttemptLine {
                notice: attempt.notice_id,
                number: attempt.number,
                started_at: attempt.started_at,
                duration_ms: attempt.duration_ms,
                status: attempt.status,
                outcome: attempt.outcome,
                reply: attempt.reply,
                next_at: attempt.next_at,
            }),
            Item::SectionFact { platform, fact } => Self::SectionFact {
                platform,
                section_no: fact.section_no,
                status: fact.status,
                content: fact.content,
                told_at: fact.told_at,
            },
            Item::SectionWatermark { platform, watermark } => Self::SectionWatermark { platform, watermark },
            Item::Reading(reading) => Self::Reading {
                guarantee: reading.aggregate_id,
                actor: reading.actor,
                fields: reading.fields,
                at: reading.at,
            },
            Item::Origin(origin) => Self::Origin(OriginLine {
                store: StoreLine::from(&origin.standing),
                content_sm3: origin.content_sm3,
                exported_at: origin.exported_at,
                imported_at: origin.imported_at,
            }),
        }
    }
}

impl From<JournalEntry> for JournalLine {
    fn from(entry: JournalEntry) -> Self {
        Self {
            id: entry.id,
            received_at: entry.received_at,
            platform: entry.platform,
            interface: entry.interface,
            application_no: entry.application_no,
            guarantee: entry.aggregate_id,
            outcome: entry.outcome,
            code: entry.code,
            message: entry.message,
            diagnosis: entry.diagnosis,
            marks: entry.marks,
            body: entry.body.map(|body| Binary(body.to_vec())),
            body_sm3: entry.body_sm3,
            duration_us: entry.duration_us,
            remote: entry.remote,
            correlation_id: entry.correlation_id,
        }
    }
}

impl From<JournalLine> for JournalEntry {
    fn from(line: JournalLine) -> Self {
        Self {
            id: line.id,
            received_at: line.received_at,
            platform: line.platform,
            interface: line.interface,
            application_no: line.application_no,
            aggregate_id: line.guarantee,
            outcome: line.outcome,
            code: line.code,
            message: line.message,
            diagnosis: line.diagnosis,
            marks: line.marks,
            body: line.body.map(|Binary(body)| Bytes::from(body)),
            body_sm3: line.body_sm3,
            duration_us: line.duration_us,
            remote: line.remote,
            correlation_id: line.correlation_id,
        }
    }
}

impl Line {
    /// The row that a line beside the events stands for.
    pub(crate) fn item(self) -> Result<Item, Error> {
        Ok(match self {
            Self::Journal(line) => Item::Journal(Box::new(line.into())),
            Self::Number { number, guarantee } => Item::Number { number, aggregate_id: guarantee },
            Self::Reservation { guarantee, date, serial } => {
                Item::Reservation { aggregate_id: guarantee, reservation: Reservation { date, serial } }
            }
            Self::Idempotency { key, content_sm3, status, body: Binary(body), at } => {
                Item::Idempotency(IdempotencyRecord { key, content_sm3, status, body, at })
            }
            Self::Delivery { notice, state, attempts, next_at } => {
                Item::Delivery(Delivery { notice_id: notice, state, attempts, next_at, lease: None })
            }
            Self::Attempt(line) => Item::Attempt(Attempt {
                notice_id: line.notice,
                number: line.number,
                started_at: line.started_at,
                duration_ms: line.duration_ms,
                status: line.status,
                outcome: line.outcome,
                reply: line.reply,
                next_at: line.next_at,
            }),
            Self::SectionFact { platform, section_no, status, content, told_at } => {
                Item::SectionFact { platform, fact: SectionFact { section_no, status, content, told_at } }
            }
            Self::SectionWatermark { platform, watermark } => Item::SectionWatermark { platform, watermark },
            Self::Reading { guarantee, actor, fields, at } => {
                Item::Reading(Reading { actor, aggregate_id: guarantee, fields, at })
            }
            Self::Origin(line) => Item::Origin(Origin {
                standing: line.store.try_into()?,
                content_sm3: line.content_sm3,
                exported_at: line.exported_at,
                imported_at: line.imported_at,
            }),
            Self::Ledger(_) | Self::Event(_) | Self::End { .. } => {
                return Err(Error::Bent("a line that does not stand in its place".to_owned()));
            }
        })
    }
}
