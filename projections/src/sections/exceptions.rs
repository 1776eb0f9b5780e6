use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::database::Statement;
use crate::error::Error;
use crate::handle::Projections;
use crate::page::{Page, Slice};
use crate::viewer::Viewer;

/// The most guarantees that are named with one section; a section has some dozens of bidders.
pub const GUARANTEES_OF_A_SECTION_MAX: u32 = 1_000;
/// What the log says of a section whose exception was lifted.
const LIFTED: &str = "0";

/// A section that does not run its course, and our guarantees on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SectionException {
    /// Who says so.
    pub platform: String,
    /// The section.
    pub section_no: String,
    /// What became of it, in the platform's code.
    pub status: String,
    /// All that the platform said.
    pub content: Value,
    /// When we were told.
    pub told_at: DateTime<Utc>,
    /// Our guarantees on it whose section the reader may know.
    pub guarantees: Vec<OnSection>,
}

/// A guarantee on a section.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OnSection {
    /// The guarantee.
    pub guarantee: Uuid,
    /// The platform's number of the application.
    pub application_no: String,
    /// Our number.
    pub guarantee_no: String,
    /// The section's name.
    pub section_name: Option<String>,
}

impl Projections {
    /// The sections with an exception, by platform and number, with our guarantees on them. A page may hold fewer items
    /// than asked for, since lifted exceptions are left out.
    ///
    /// # Errors
    /// When the cursor is none of this list, or a database is not available.
    pub async fn section_exceptions(
        &self,
        platform: Option<&str>,
        viewer: &Viewer<'_>,
        slice: &Slice,
    ) -> Result<Page<SectionException>, Error> {
        let after = slice.cursor.as_deref().map(read_cursor).transpose()?;
        let told = self.log().section_facts(platform, after, slice.limit()).await?;
        let mut items = Vec::with_capacity(told.facts.len());
        for (platform, fact) in told.facts.into_iter().filter(|(_, fact)| fact.status != LIFTED) {
            items.push(SectionException {
                guarantees: self.guarantees_on_section(&platform, &fact.section_no, viewer).await?,
                platform,
                content: serde_json::from_str(&fact.content).unwrap_or(Value::String(fact.content)),
                section_no: fact.section_no,
                status: fact.status,
                told_at: fact.told_at,
            });
        }
        Ok(Page { items, next_cursor: told.next.map(|next| write_cursor(&next)) })
    }

    /// Our guarantees on a section, at most [`GUARANTEES_OF_A_SECTION_MAX`].
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn guarantees_on_section(
        &self,
        platform: &str,
        section_no: &str,
        viewer: &Viewer<'_>,
    ) -> Result<Vec<OnSection>, Error> {
        let query = Statement::new(
            "SELECT guarantee, application_no, guarantee_no, section_name FROM sections \
            WHERE platform = ? AND section_no = ? AND (hidden_until IS NULL OR hidden_until <= ?) ORDER BY guarantee LIMIT ?",
        )
        .bind(platform)
        .bind(section_no)
        .bind(viewer.opened_until())
        .bind(GUARANTEES_OF_A_SECTION_MAX);
        let rows = self.readers().fetch_all(query).await?;
        rows.iter()
            .map(|row| {
                Ok(OnSection {
                    guarantee: row.get("guarantee")?,
                    application_no: row.get("application_no")?,
                    guarantee_no: row.get("guarantee_no")?,
                    section_name: row.get("section_name")?,
                })
            })
            .collect()
    }
}

fn write_cursor(next: &(String, String)) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::json!(["sections", next.0, next.1]).to_string())
}

fn read_cursor(cursor: &str) -> Result<(String, String), Error> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Error::Cursor)?;
    match serde_json::from_slice::<(String, String, String)>(&bytes) {
        Ok((list, platform, section_no)) if list == "sections" => Ok((platform, section_no)),
        Ok(_) | Err(_) => Err(Error::Cursor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let place = ("jyzx-demo".to_owned(), "E\"1/标段".to_owned());
        assert_eq!(read_cursor(&write_cursor(&place)).unwrap(), place);
        assert!(matches!(read_cursor("e30"), Err(Error::Cursor)));
    }
}
