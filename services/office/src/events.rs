//! Events as readers see them: the stored payload, but for values that are hidden from a reader until the opening.

use std::collections::HashMap;

use baohan_domain::{Guarantee, GuaranteeId};
use baohan_log::StoredEvent;
use baohan_projections::guarantees::mask_event;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::office::Office;
use crate::problem::Problem;
use crate::roles::Role;
use crate::tokens::Caller;

/// Events whose payload can hold a value that came sealed.
const TELLING: [&str; 5] = ["RestoreRequested", "QuitRequested", "InvoiceRequested", "Claimed", "ClaimPaid"];

/// One event.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EventView {
    /// The event's id.
    id: Uuid,
    /// Of which guarantee.
    guarantee_id: Uuid,
    /// Its number within the guarantee, from 1.
    sequence: u64,
    /// Its name.
    #[schema(example = "Issued")]
    r#type: String,
    /// The version of its fields.
    #[schema(example = "1.0")]
    version: String,
    /// Its shard.
    pub shard: u16,
    /// Its number within the shard, from 1, without gaps.
    pub position: u64,
    /// When it was stored.
    recorded_at: DateTime<Utc>,
    /// Who brought it about.
    actor: Option<String>,
    /// Ties together what one call brought about.
    correlation_id: Option<String>,
    /// The event that it follows from.
    causation_id: Option<String>,
    /// The entry of the call in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    journal_id: Option<String>,
    /// SM3 over the call's raw message.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_sm3: Option<String>,
    /// The payload; personal data are envelopes.
    #[schema(value_type = Object)]
    data: Value,
}

/// What stands in an event's metadata.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    actor: Option<String>,
    correlation_id: Option<String>,
    causation_id: Option<String>,
    journal_id: Option<String>,
    raw_sm3: Option<String>,
}

/// Guarantees as they are now, each loaded once an answer.
pub(crate) type Known = HashMap<Uuid, Guarantee>;

impl Office {
    /// Events as a caller sees them. What is hidden is decided by the ledger itself: a projection could lag behind a key.
    pub(crate) async fn seen(
        &self,
        caller: &Caller,
        stored: Vec<StoredEvent>,
        mut known: Known,
    ) -> Result<Vec<EventView>, Problem> {
        let mut views = Vec::with_capacity(stored.len());
        for event in stored {
            let mut data = parsed(&event.payload)?;
            if !caller.roles.has(Role::Operator) && TELLING.contains(&event.event_type.as_str()) {
                let now = match known.remove(&event.aggregate_id) {
                    Some(now) => now,
                    None => self.ledger().history(GuaranteeId::from(event.aggregate_id)).await?.guarantee,
                };
                data = mask_event(&event.event_type, data, &now, &self.viewer(caller));
                known.insert(event.aggregate_id, now);
            }
            views.push(EventView::of(event, data)?);
        }
        Ok(views)
    }
}

impl EventView {
    fn of(stored: StoredEvent, data: Value) -> Result<Self, Problem> {
        let metadata: Metadata =
            serde_json::from_str(&stored.metadata).map_err(|error| Problem::internal(&error))?;
        Ok(Self {
            id: stored.id,
            guarantee_id: stored.aggregate_id,
            sequence: stored.sequence,
            r#type: stored.event_type,
            version: stored.event_version,
            shard: stored.shard,
            position: stored.position,
            recorded_at: stored.recorded_at,
            actor: metadata.actor,
            correlation_id: metadata.correlation_id,
            causation_id: metadata.causation_id,
            journal_id: metadata.journal_id,
            raw_sm3: metadata.raw_sm3,
            data,
        })
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.r#type
    }
}

fn parsed(payload: &str) -> Result<Value, Problem> {
    serde_json::from_str(payload).map_err(|error| Problem::internal(&error))
}
