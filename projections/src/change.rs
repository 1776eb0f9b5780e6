use std::sync::Arc;

use baohan_domain::{Event, Guarantee};
use baohan_log::StoredEvent;

/// One stored event, and the guarantee on both sides of it.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The record.
    pub stored: &'a StoredEvent,
    /// The position of the guarantee's first record.
    pub begins: u64,
    /// What it says.
    pub event: Event,
    /// The guarantee before it.
    pub before: Arc<Guarantee>,
    /// The guarantee after it.
    pub after: Arc<Guarantee>,
}
