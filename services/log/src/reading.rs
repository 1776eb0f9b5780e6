use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// Somebody read personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Who.
    pub actor: String,
    /// Of which aggregate.
    pub aggregate_id: Uuid,
    /// Which fields, by name.
    pub fields: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Log {
    /// Keeps that personal data were read; to be called before they are shown.
    pub async fn record_reading(&self, reading: Reading) -> Result<(), Error> {
        each!(self.store(), store => store.record_reading(reading).await)
    }

    /// Who read an aggregate's personal data, newest first, at most `limit`.
    pub async fn readings(&self, aggregate_id: Uuid, limit: u32) -> Result<Vec<Reading>, Error> {
        each!(self.store(), store => store.readings(aggregate_id, limit).await)
    }
}
