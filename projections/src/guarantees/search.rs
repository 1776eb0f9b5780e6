use baohan_domain::{Guarantee, Status};
use chrono::NaiveDate;
use uuid::Uuid;

use super::TABLE;
use super::view::{GuaranteeView, Meta};
use crate::database::{Dialect, Row, Statement};
use crate::error::Error;
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::rows::{containing, count, number};
use crate::viewer::Viewer;

/// Which guarantees are wanted; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this platform.
    pub platform: Option<String>,
    /// Of this centre.
    pub platform_code: Option<String>,
    /// With this application number.
    pub application_no: Option<String>,
    /// With this number.
    pub guarantee_no: Option<String>,
    /// With this status.
    pub status: Option<Status>,
    /// Whose applicant's name holds this.
    pub applicant: Option<String>,
    /// Issued on this day in China or later.
    pub issued_from: Option<NaiveDate>,
    /// Issued on this day in China or earlier.
    pub issued_to: Option<NaiveDate>,
}

/// A guarantee as the projection holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its state.
    pub guarantee: Guarantee,
    /// Where the state comes from.
    pub meta: Meta,
}

impl Found {
    /// What the viewer may see of it.
    #[must_use]
    pub fn view(&self, viewer: &Viewer<'_>) -> Option<GuaranteeView> {
        GuaranteeView::of(&self.guarantee, self.meta, viewer)
    }

    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        let guarantee = serde_json::from_str(row.get("state")?)
            .map_err(|error| Error::BentRow { table: TABLE, what: error.to_string() })?;
        let meta = Meta {
            id: row.get("id")?,
            version: count(row, "version")?,
            shard: number(row, TABLE, "shard")?,
            position: count(row, "position")?,
        };
        Ok(Self { guarantee, meta })
    }
}

const FOUND: &str = "SELECT id, version, shard, position, state, applied_at FROM guarantees ";

impl Projections {
    /// A guarantee by its id.
    ///
    /// # Errors
    /// When the log or the database is not available.
    pub async fn guarantee(&self, id: Uuid) -> Result<Option<Found>, Error> {
        let stream = self.log().load(id).await?;
        let Some(first) = stream.events.first() else { return Ok(None) };
        let sql = format!("{FOUND} WHERE shard = ? AND begins = ?");
        let asked = Statement::new(sql).bind(first.shard).bind(first.position);
        let row = self.readers().fetch_optional(asked).await?;
        row.as_ref().map(Found::of).transpose()
    }

    /// A guarantee by its number.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn guarantee_by_number(&self, guarantee_no: &str) -> Result<Option<Found>, Error> {
        let sql = format!("{FOUND} WHERE guarantee_no = ?");
        let row = self.readers().fetch_optional(Statement::new(sql).bind(guarantee_no)).await?;
        row.as_ref().map(Found::of).transpose()
    }

    /// The guarantees that match, the newest application first.
    ///
    /// # Errors
    /// When the cursor is none of this list, or the database is not available.
    pub async fn guarantees(
        &self,
        filter: &Filter,
        viewer: &Viewer<'_>,
        slice: &Slice,
    ) -> Result<Page<GuaranteeView>, Error> {
        let limit = slice.limit();
        let mut query = Statement::new(FOUND);
        query.push("WHERE TRUE");
        restrict(&mut query, filter, viewer, self.dialect());
        if let Some(after) = slice.after(List::Guarantees)? {
            query.push(" AND (applied_at, id) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id).push(")");
        }
        query.push(" ORDER BY applied_at DESC, id DESC LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in self.readers().fetch_all(query).await? {
            let found = Found::of(&row)?;
            let key = Key { at: row.get("applied_at")?, id: found.meta.id, number: 0 };
            rows.extend(found.view(viewer).map(|view| (key, view)));
        }
        Ok(page(rows, limit, List::Guarantees))
    }

    /// How many guarantees there are.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn guarantees_count(&self) -> Result<u64, Error> {
        let sql = "SELECT COUNT(*) AS guarantees FROM guarantees";
        count(&self.readers().fetch_one(Statement::new(sql)).await?, "guarantees")
    }
}

fn restrict(query: &mut Statement<'_>, filter: &Filter, viewer: &Viewer<'_>, dialect: Dialect) {
    let equal = [
        ("platform", filter.platform.clone()),
        ("platform_code", filter.platform_code.clone()),
        ("application_no", filter.application_no.clone()),
        ("guarantee_no", filter.guarantee_no.clone()),
        ("status", filter.status.map(|status| status.name().to_owned())),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            query.push(&format!(" AND {column} = ")).push_bind(value);
        }
    }
    if let Some(applicant) = &filter.applicant {
        let like = format!(" AND applicant_name {} ", dialect.like());
        query.push(&like).push_bind(containing(applicant)).push(" ESCAPE '\\'");
        // A search that finds a hidden name tells it.
        query
            .push(" AND (NOT applicant_is_sealed OR opening_at <= ")
            .push_bind(viewer.opened_until())
            .push(")");
    }
    if let Some(from) = filter.issued_from {
        query.push(" AND issued_on >= ").push_bind(from);
    }
    if let Some(to) = filter.issued_to {
        query.push(" AND issued_on <= ").push_bind(to);
    }
}

impl Meta {
    /// Where a state comes from whose newest event is this.
    #[must_use]
    pub fn of(newest: &baohan_log::StoredEvent) -> Self {
        let (id, version) = (newest.aggregate_id, newest.sequence);
        Self { id, version, shard: newest.shard, position: newest.position }
    }
}
