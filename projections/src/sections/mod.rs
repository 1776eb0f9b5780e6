//! Which guarantees stand on which tender section, beside what platforms say of it.

mod exceptions;

use baohan_domain::{Guarantee, SealedField};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::change::Change;
use crate::error::ApplyError;
use crate::viewer::sealed_fields;

pub use exceptions::{GUARANTEES_OF_A_SECTION_MAX, OnSection, SectionException};

pub(crate) const SCHEMA: &str = include_str!("schema.sql");

/// What a row says of an issued guarantee.
#[derive(PartialEq)]
struct Section<'a> {
    platform: &'a str,
    number: String,
    name: Option<String>,
    application_no: &'a str,
    guarantee_no: &'a str,
    hidden_until: Option<DateTime<Utc>>,
}

impl<'a> Section<'a> {
    fn of(guarantee: &'a Guarantee) -> Option<Self> {
        let issued = guarantee.issued()?;
        let terms = issued.terms();
        let is_sealed = sealed_fields(guarantee).contains(&SealedField::SectionNo);
        Some(Self {
            platform: &issued.application.platform,
            number: terms.section_no?,
            name: terms.section_name,
            application_no: issued.application.application_no.as_str(),
            guarantee_no: issued.guarantee_no.as_str(),
            hidden_until: issued.opening.key().filter(|_| is_sealed).map(|key| key.opening_at),
        })
    }
}

pub(crate) async fn apply(
    changes: &[Change<'_>],
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    for change in changes {
        let (before, after) = (Section::of(&change.before), Section::of(&change.after));
        let Some(section) = after.filter(|after| before.as_ref() != Some(after)) else { continue };
        sqlx::query(
            "INSERT OR REPLACE INTO sections (guarantee, platform, section_no, section_name, application_no, guarantee_no, \
            hidden_until) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&change.stored.aggregate_id.as_bytes()[..])
        .bind(section.platform)
        .bind(section.number)
        .bind(section.name)
        .bind(section.application_no)
        .bind(section.guarantee_no)
        .bind(section.hidden_until.map(|at| at.timestamp_micros()))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
