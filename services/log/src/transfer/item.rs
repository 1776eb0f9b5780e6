use uuid::Uuid;

use super::origin::Origin;
use crate::delivery::{Attempt, Delivery};
use crate::event::StoredEvent;
use crate::idempotency::IdempotencyRecord;
use crate::journal::JournalEntry;
use crate::key::KeyState;
use crate::number::Reservation;
use crate::reading::Reading;
use crate::section::SectionFact;

/// An event, and the key of its aggregate where it is the first of it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The event.
    pub event: StoredEvent,
    /// The aggregate's key as it is stored, wrapped; beside later events there is none.
    pub key: KeyState,
}

/// What stands beside the events, by table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// Calls, as they came.
    Journal,
    /// Whose each guarantee number is.
    Numbers,
    /// Numbers that are kept for aggregates.
    Reservations,
    /// Answers under idempotency keys.
    Idempotency,
    /// How deliveries of notices stand.
    Deliveries,
    /// Attempts to deliver.
    Attempts,
    /// What platforms said of sections.
    SectionFacts,
    /// How far platforms were asked for sections.
    SectionWatermarks,
    /// Who read personal data.
    Readings,
    /// Where the store came from itself.
    Origins,
}

impl Beside {
    /// All of them, in the order in which they are carried. Turns and consumers' checkpoints stay behind: they are about processes and
    /// positions of the one store. So do its id, its signed checkpoints and their co-signatures: the new store is another ledger.
    pub const ALL: [Self; 10] = [
        Self::Journal,
        Self::Numbers,
        Self::Reservations,
        Self::Idempotency,
        Self::Deliveries,
        Self::Attempts,
        Self::SectionFacts,
        Self::SectionWatermarks,
        Self::Readings,
        Self::Origins,
    ];
}

/// One row of what stands beside the events.
#[derive(Debug, Clone)]
pub enum Item {
    /// A call; its number is given anew, in the same order.
    Journal(Box<JournalEntry>),
    /// A guarantee number and its owner.
    Number {
        /// The number.
        number: String,
        /// Whose it is.
        aggregate_id: Uuid,
    },
    /// A number that is kept for an aggregate.
    Reservation {
        /// Whose it is.
        aggregate_id: Uuid,
        /// The number.
        reservation: Reservation,
    },
    /// An answer under an idempotency key.
    Idempotency(IdempotencyRecord),
    /// How a delivery stands. Leases stay behind: who held them works on the other store.
    Delivery(Delivery),
    /// An attempt to deliver.
    Attempt(Attempt),
    /// What a platform said of a section.
    SectionFact {
        /// The platform.
        platform: String,
        /// What it said.
        fact: SectionFact,
    },
    /// How far a platform was asked for sections.
    SectionWatermark {
        /// The platform.
        platform: String,
        /// In the form of the one who asks.
        watermark: String,
    },
    /// Somebody read personal data.
    Reading(Reading),
    /// Where the store came from.
    Origin(Origin),
}

impl Item {
    /// The table to which it belongs.
    #[must_use]
    pub fn table(&self) -> Beside {
        match self {
            Self::Journal(_) => Beside::Journal,
            Self::Number { .. } => Beside::Numbers,
            Self::Reservation { .. } => Beside::Reservations,
            Self::Idempotency(_) => Beside::Idempotency,
            Self::Delivery(_) => Beside::Deliveries,
            Self::Attempt(_) => Beside::Attempts,
            Self::SectionFact { .. } => Beside::SectionFacts,
            Self::SectionWatermark { .. } => Beside::SectionWatermarks,
            Self::Reading(_) => Beside::Readings,
            Self::Origin(_) => Beside::Origins,
        }
    }
}
