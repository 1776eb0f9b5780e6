use futures::FutureExt;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::column;
use super::store::Store;
use crate::error::Error;
use crate::section::{SectionFact, SectionFactPage};

/// The fact in the four columns from `first` on.
pub(super) fn fact(row: &SqliteRow, first: usize) -> Result<SectionFact, Error> {
    Ok(SectionFact {
        section_no: column::text(row, first)?,
        status: column::text(row, first + 1)?,
        content: column::text(row, first + 2)?,
        told_at: column::time(row, first + 3)?,
    })
}

impl Store {
    pub(crate) async fn record_section_facts(
        &self,
        platform: &str,
        facts: Vec<SectionFact>,
        watermark: Option<String>,
    ) -> Result<usize, Error> {
        let platform = platform.to_owned();
        self.write(move |connection| {
            let (platform, facts, watermark) = (platform.clone(), facts.clone(), watermark.clone());
            async move { add(connection, &platform, &facts, watermark.as_deref()).await }.boxed()
        })
        .await
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
        let rows = sqlx::query(
            "SELECT section_no, status, content, told_at FROM section_facts
              WHERE platform = ? AND section_no = ? ORDER BY fact DESC LIMIT ?",
        )
        .bind(platform)
        .bind(section_no)
        .bind(limit)
        .fetch_all(self.readers())
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
        let rows = sqlx::query(
            "SELECT f.platform, f.section_no, f.status, f.content, f.told_at
               FROM (SELECT max(fact) AS newest FROM section_facts
                      WHERE (?1 IS NULL OR platform = ?1) AND (platform, section_no) > (?2, ?3)
                      GROUP BY platform, section_no ORDER BY platform, section_no LIMIT ?4)
               JOIN section_facts AS f ON f.fact = newest
              ORDER BY f.platform, f.section_no",
        )
        .bind(platform)
        .bind(after_platform)
        .bind(after_section)
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        let of_platform = |row| Ok((column::text(row, 0)?, fact(row, 1)?));
        let facts = rows.iter().map(of_platform).collect::<Result<Vec<_>, Error>>()?;
        let is_full = facts.len() as u64 == u64::from(limit);
        let next = facts.last().filter(|_| is_full);
        let next = next.map(|(platform, fact)| (platform.clone(), fact.section_no.clone()));
        Ok(SectionFactPage { facts, next })
    }

    pub(crate) async fn section_watermark(&self, platform: &str) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("SELECT watermark FROM section_watermarks WHERE platform = ?")
            .bind(platform)
            .fetch_optional(self.readers())
            .await?)
    }
}

async fn add(
    connection: &mut SqliteConnection,
    platform: &str,
    facts: &[SectionFact],
    watermark: Option<&str>,
) -> Result<usize, Error> {
    let mut added = 0;
    for fact in facts {
        let outcome = sqlx::query(
            "INSERT INTO section_facts (platform, section_no, status, content, told_at)
             SELECT ?1, ?2, ?3, ?4, ?5
              WHERE (?3, ?4) IS NOT (SELECT status, content FROM section_facts
                                      WHERE platform = ?1 AND section_no = ?2 ORDER BY fact DESC LIMIT 1)",
        )
        .bind(platform)
        .bind(&fact.section_no)
        .bind(&fact.status)
        .bind(&fact.content)
        .bind(fact.told_at.timestamp_micros())
        .execute(&mut *connection)
        .await?;
        added += usize::from(outcome.rows_affected() == 1);
    }
    if let Some(watermark) = watermark {
        sqlx::query(
            "INSERT INTO section_watermarks (platform, watermark) VALUES (?, ?)
             ON CONFLICT (platform) DO UPDATE SET watermark = excluded.watermark",
        )
        .bind(platform)
        .bind(watermark)
        .execute(connection)
        .await?;
    }
    Ok(added)
}
