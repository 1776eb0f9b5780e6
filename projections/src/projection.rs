use baohan_log::StoredEvent;

use crate::change::Change;
use crate::database::{Connection, Table, Target};
use crate::error::ApplyError;
use crate::{claims, exposure, guarantees, invoices, notices, seal, sections, timeline};

/// The projections of this database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Projection {
    /// Every guarantee, folded.
    Guarantees,
    /// One row an event.
    Timeline,
    /// What is told to platforms.
    Notices,
    /// One row a claim.
    Claims,
    /// One row an invoice that was asked for.
    Invoices,
    /// Sums per platform and status.
    Exposure,
    /// Guarantees by tender section.
    Sections,
    /// The Merkle tree of each shard.
    Seal,
}

impl Projection {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Guarantees,
        Self::Timeline,
        Self::Notices,
        Self::Claims,
        Self::Invoices,
        Self::Exposure,
        Self::Sections,
        Self::Seal,
    ];

    /// Those that lists and work are read from. The seal is none: it is read by whoever proves, needs the bytes that the store holds, and
    /// may come a moment later.
    pub const LISTS: [Self; 7] = [
        Self::Guarantees,
        Self::Timeline,
        Self::Notices,
        Self::Claims,
        Self::Invoices,
        Self::Exposure,
        Self::Sections,
    ];

    /// Its name in status, metrics and on the command line, and that of its one table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Guarantees => "guarantees",
            Self::Timeline => "timeline",
            Self::Notices => "notices",
            Self::Claims => "claims",
            Self::Invoices => "invoices",
            Self::Exposure => "exposure",
            Self::Sections => "sections",
            Self::Seal => "seal",
        }
    }

    /// The projection of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|projection| projection.name() == name)
    }

    /// What makes its table and indexes.
    pub(crate) fn schema(self) -> &'static str {
        match self {
            Self::Guarantees => guarantees::SCHEMA,
            Self::Timeline => timeline::SCHEMA,
            Self::Notices => notices::SCHEMA,
            Self::Claims => claims::SCHEMA,
            Self::Invoices => invoices::SCHEMA,
            Self::Exposure => exposure::SCHEMA,
            Self::Sections => sections::SCHEMA,
            Self::Seal => seal::SCHEMA,
        }
    }

    /// Its columns and key.
    pub(crate) fn table(self) -> &'static Table {
        match self {
            Self::Guarantees => &guarantees::COLUMNS,
            Self::Timeline => &timeline::COLUMNS,
            Self::Notices => &notices::COLUMNS,
            Self::Claims => &claims::COLUMNS,
            Self::Invoices => &invoices::COLUMNS,
            Self::Exposure => &exposure::COLUMNS,
            Self::Sections => &sections::COLUMNS,
            Self::Seal => &seal::COLUMNS,
        }
    }

    /// Whether it needs the event that a record holds, or only the record.
    pub(crate) fn reads_events(self) -> bool {
        !matches!(self, Self::Timeline | Self::Seal)
    }

    /// Brings records of one shard, in order, into its table. `changes` are what the same records say, and are empty
    /// for a projection that does not read events.
    pub(crate) async fn apply(
        self,
        records: &[StoredEvent],
        changes: &[Change<'_>],
        target: Target,
        connection: &mut Connection<'_>,
    ) -> Result<(), ApplyError> {
        match self {
            Self::Guarantees => guarantees::apply(changes, target, connection).await,
            Self::Timeline => timeline::apply(records, target, connection).await,
            Self::Notices => notices::apply(changes, target, connection).await,
            Self::Claims => claims::apply(changes, target, connection).await,
            Self::Invoices => invoices::apply(changes, target, connection).await,
            Self::Exposure => exposure::apply(changes, target, connection).await,
            Self::Sections => sections::apply(changes, target, connection).await,
            Self::Seal => seal::apply(records, target, connection).await,
        }
    }
}
