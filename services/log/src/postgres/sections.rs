use sqlx::Row;
use sqlx::postgres::PgRow;

use super::column::number;
use super::store::Store;
use crate::error::Error;
use crate::section::{SectionFact, SectionFactPage};

/// The fact in the four columns from `first` on.
pub(super) fn fact(row: &PgRow, first: usize) -> Result<SectionFact, Error> {
    Ok(SectionFact {
        section_no: row.try_get(first)?,
        status: row.try_get(first + 1)?,
        content: row.try_get(first + 2)?,
        told_at: row.try_get(first + 3)?,
    })
}

impl Store {
    pub(crate) async fn record_section_facts(
        &self,
        platform: &str,
        facts: Vec<SectionFact>,
        watermark: Option<String>,
    ) -> Result<usize, Error> {
        let (facts, watermark) = (&facts, watermark.as_deref());
        let added = self
            .written_row(|| {
                let text =
                    |text: for<'f> fn(&'f SectionFact) -> &'f str| facts.iter().map(text).collect::<Vec<_>>();
                sqlx::query("SELECT baohan_record_sections($1, $2, $3, $4, $5, $6)")
                    .bind(platform)
                    .bind(text(|fact| &fact.section_no))
                    .bind(text(|fact| &fact.status))
                    .bind(text(|fact| &fact.content))
                    .bind(facts.iter().map(|fact| fact.told_at).collect::<Vec<_>>())
                    .bind(watermark)
            })
            .await?;
        Ok(usize::try_from(number(&added, 0)?).unwrap_or(usize::MAX))
    }

    pub(crate) async fn section_fact(
        &self,
        platform: &str,
        section_no: &str,
    ) -> Result<Option<SectionFact>, Error> {
        Ok(self.section_history(platform, section_no, 1).await?.into_iter().next())
    }

    pub(crate) async fn section_history(
        &self,
        platform: &str,
        section_no: &str,
        limit: u32,
    ) -> Result<Vec<SectionFact>, Error> {
        let rows = self
            .rows(|| {
                sqlx::query(
                    "SELECT section_no, status, content, told_at FROM section_facts
                      WHERE platform = $1 AND section_no = $2 ORDER BY fact DESC LIMIT $3",
                )
                .bind(platform)
                .bind(section_no)
                .bind(i64::from(limit))
            })
            .await?;
        rows.iter().map(|row| fact(row, 0)).collect()
    }

    pub(crate) async fn section_facts(
        &self,
        platform: Option<&str>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> Result<SectionFactPage, Error> {
        let (after_platform, after_section) = after.unwrap_or_default();
        let (after_platform, after_section) = (after_platform.as_str(), after_section.as_str());
        let rows = self
            .rows(|| {
                sqlx::query(
                    "SELECT DISTINCT ON (platform, section_no) platform, section_no, status, content, told_at FROM section_facts
                      WHERE (platform, section_no) > ($1, $2) AND ($3::text IS NULL OR platform = $3)
                      ORDER BY platform, section_no, fact DESC LIMIT $4",
                )
                .bind(after_platform)
                .bind(after_section)
                .bind(platform)
                // One more than asked for tells whether there is a next page.
                .bind(i64::from(limit) + 1)
            })
            .await?;
        let is_more = rows.len() as u64 > u64::from(limit);
        let facts: Vec<(String, SectionFact)> = rows
            .iter()
            .take(limit as usize)
            .map(|row| Ok((row.try_get(0)?, fact(row, 1)?)))
            .collect::<Result<_, Error>>()?;
        let last = facts.last().map(|(platform, fact)| (platform.clone(), fact.section_no.clone()));
        Ok(SectionFactPage { next: last.filter(|_| is_more), facts })
    }

    pub(crate) async fn section_watermark(&self, platform: &str) -> Result<Option<String>, Error> {
        let select =
            || sqlx::query("SELECT watermark FROM section_watermarks WHERE platform = $1").bind(platform);
        self.maybe_row(select).await?.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}
