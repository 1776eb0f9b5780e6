use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// What was answered under an idempotency key, so that the same request gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The key, scoped by its caller: `ACTOR/KEY`.
    pub key: String,
    /// SM3 of the request, hexadecimal: another content under the same key is another request.
    pub content_sm3: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The answer's body.
    pub body: Vec<u8>,
    /// When it was answered.
    pub at: DateTime<Utc>,
}

impl Log {
    /// What is kept under a key.
    pub async fn idempotency(&self, key: &str) -> Result<Option<IdempotencyRecord>, Error> {
        each!(self.store(), store => store.idempotency(key).await)
    }

    /// Keeps a record unless there is one under its key; answers the one that is kept.
    pub async fn remember(&self, record: IdempotencyRecord) -> Result<IdempotencyRecord, Error> {
        each!(self.store(), store => store.remember(record).await)
    }
}
