use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::log::Log;
use crate::store::each;

/// What a platform said of a tender section. Nothing is overwritten: what was said last is what holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionFact {
    /// The section's number.
    pub section_no: String,
    /// The exception in the platform's code; `0` lifts it.
    pub status: String,
    /// All that was said, as the caller wants it kept (JSON).
    pub content: String,
    /// When we were told.
    pub told_at: DateTime<Utc>,
}

/// A page of the newest facts, by section number.
#[derive(Debug, Clone, Default)]
pub struct SectionFactPage {
    /// Platform and fact.
    pub facts: Vec<(String, SectionFact)>,
    /// Where the next page begins; absent: there is none.
    pub next: Option<(String, String)>,
}

impl Log {
    /// Keeps what a platform said, and how far it was asked, in one transaction. What repeats the section's newest fact adds
    /// no row. Answers how many rows were added.
    pub async fn record_section_facts(
        &self,
        platform: &str,
        facts: Vec<SectionFact>,
        watermark: Option<String>,
    ) -> Result<usize, Error> {
        each!(self.store(), store => store.record_section_facts(platform, facts, watermark).await)
    }

    /// The newest fact about a section.
    pub async fn section_fact(&self, platform: &str, section_no: &str) -> Result<Option<SectionFact>, Error> {
        each!(self.store(), store => store.section_fact(platform, section_no).await)
    }

    /// All that was said of a section, newest first, at most `limit`.
    pub async fn section_history(
        &self,
        platform: &str,
        section_no: &str,
        limit: u32,
    ) -> Result<Vec<SectionFact>, Error> {
        each!(self.store(), store => store.section_history(platform, section_no, limit).await)
    }

    /// The newest fact of each section, after a cursor, by platform and section number; of one platform or of all.
    pub async fn section_facts(
        &self,
        platform: Option<&str>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> Result<SectionFactPage, Error> {
        each!(self.store(), store => store.section_facts(platform, after, limit).await)
    }

    /// How far a platform was asked for sections, in the form of its own `record_section_facts`.
    pub async fn section_watermark(&self, platform: &str) -> Result<Option<String>, Error> {
        each!(self.store(), store => store.section_watermark(platform).await)
    }
}
