//! Which guarantees stand on which tender section, beside what platforms say of it.

mod exceptions;

use std::collections::BTreeMap;

use baohan_domain::{Guarantee, SealedField};
use chrono::{DateTime, Utc};

use crate::change::Change;
use crate::database::{Connection, Rows, Table, Target, id, int, text};
use crate::error::ApplyError;
use crate::projection::Projection;
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

pub(crate) static COLUMNS: Table = Table {
    columns: &[
        id("guarantee"),
        text("platform"),
        text("section_no"),
        text("section_name"),
        text("application_no"),
        text("guarantee_no"),
        int("hidden_until"),
    ],
    key: &["guarantee"],
    fixed: &[],
};

/// Writes each section as it stands after the last of the changes.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut sections = BTreeMap::new();
    for change in changes {
        let (before, after) = (Section::of(&change.before), Section::of(&change.after));
        if let Some(section) = after.filter(|after| before.as_ref() != Some(after)) {
            sections.insert(change.stored.aggregate_id, section);
        }
    }
    let mut rows = Rows::new(COLUMNS.columns);
    for (guarantee, section) in sections {
        rows.push([
            guarantee.into(),
            section.platform.into(),
            section.number.into(),
            section.name.into(),
            section.application_no.into(),
            section.guarantee_no.into(),
            section.hidden_until.into(),
        ]);
    }
    COLUMNS.put(&target.table(Projection::Sections), &rows, connection).await?;
    Ok(())
}
