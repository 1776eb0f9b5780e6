use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How a record, or what stands beside it, does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A record says something else than when it was sealed.
    Altered,
    /// A record that was sealed is not there.
    Missing,
    /// A record is there that was never sealed at its place.
    Inserted,
    /// A record stands at another place than the one at which it was sealed.
    Reordered,
    /// The end of a shard is gone.
    Truncated,
    /// The store fits itself and the signatures, and is another history than the one that was seen outside of it; or it fits itself and not
    /// what was signed.
    Rewritten,
    /// A head, or the table that leads from ids to records, does not lead to the records.
    IndexAltered,
    /// The rows of the seal do not follow from the records that were signed.
    SealAltered,
    /// A checkpoint, or a signature under one, is not what was signed.
    CheckpointAltered,
    /// A message in the journal is not the one that its events name.
    JournalAltered,
    /// A projection says something else than the records.
    ProjectionAltered,
    /// A document is not the one that its event names.
    DocumentAltered,
    /// A document is not there.
    DocumentMissing,
}

impl Kind {
    /// Its name in files and on the screen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Inserted => "inserted",
            Self::Reordered => "reordered",
            Self::Truncated => "truncated",
            Self::Rewritten => "rewritten",
            Self::IndexAltered => "index_altered",
            Self::SealAltered => "seal_altered",
            Self::CheckpointAltered => "checkpoint_altered",
            Self::JournalAltered => "journal_altered",
            Self::ProjectionAltered => "projection_altered",
            Self::DocumentAltered => "document_altered",
            Self::DocumentMissing => "document_missing",
        }
    }

    /// Whether it is about the records of the log themselves.
    #[must_use]
    pub fn is_of_the_log(self) -> bool {
        matches!(
            self,
            Self::Altered
                | Self::Missing
                | Self::Inserted
                | Self::Reordered
                | Self::Truncated
                | Self::Rewritten
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How it does not fit.
    pub kind: Kind,
    /// The shard; absent where it is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<u16>,
    /// The position of the first record that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The position of the last one, where it is about several, or about one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// The fields of the sealed record that differ, or the columns of another row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The event that stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Uuid>,
    /// The guarantee that it is about, as far as that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<Uuid>,
    /// The number of the checkpoint that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<u64>,
    /// The whole in a sentence.
    pub said: String,
}

impl Finding {
    /// Of this kind, and so said.
    #[must_use]
    pub fn new(kind: Kind, said: impl Into<String>) -> Self {
        Self {
            kind,
            shard: None,
            position: None,
            until: None,
            fields: Vec::new(),
            event: None,
            guarantee: None,
            checkpoint: None,
            said: said.into(),
        }
    }

    /// At this place.
    #[must_use]
    pub fn at(self, shard: u16, position: u64) -> Self {
        Self { shard: Some(shard), position: Some(position), ..self }
    }

    /// Up to this position.
    #[must_use]
    pub fn until(self, until: u64) -> Self {
        Self { until: Some(until), ..self }
    }

    /// In these fields.
    #[must_use]
    pub fn fields<T: ToString>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { fields: fields.into_iter().map(|field| field.to_string()).collect(), ..self }
    }

    /// About this event of this guarantee.
    #[must_use]
    pub fn about(self, event: Option<Uuid>, guarantee: Option<Uuid>) -> Self {
        Self { event, guarantee, ..self }
    }

    /// About this checkpoint.
    #[must_use]
    pub fn checkpoint(self, number: u64) -> Self {
        Self { checkpoint: Some(number), ..self }
    }

    /// By what findings are put in order: records by shard and position, before what stands beside them.
    pub(crate) fn order(&self) -> (bool, u16, u64, Kind, u64) {
        let place = (self.shard.unwrap_or(u16::MAX), self.position.unwrap_or(u64::MAX));
        (!self.kind.is_of_the_log(), place.0, place.1, self.kind, self.checkpoint.unwrap_or(u64::MAX))
    }
}
