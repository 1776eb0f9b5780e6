use baohan_domain::{Guarantee, Status};
use chrono::NaiveDate;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use uuid::Uuid;

use super::TABLE;
use super::view::{GuaranteeView, Meta};
use crate::error::Error;
use crate::handle::Projections;
use crate::page::{Key, List, Page, Slice, page};
use crate::rows::{containing, count, day, id};
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

    pub(super) fn of(row: &SqliteRow) -> Result<Self, Error> {
        let guarantee = serde_json::from_str(row.try_get("state")?)
            .map_err(|error| Error::BentRow { table: TABLE, what: error.to_string() })?;
        let meta = Meta {
            id: id(row, TABLE, "id")?,
            version: count(row, "version")?,
            shard: row.try_get("shard")?,
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
    /// When the database is not available.
    pub async fn guarantee(&self, id: Uuid) -> Result<Option<Found>, Error> {
        let sql = format!("{FOUND} WHERE id = ?");
        let row = sqlx::query(&sql).bind(&id.as_bytes()[..]).fetch_optional(self.readers()).await?;
        row.as_ref().map(Found::of).transpose()
    }

    /// A guarantee by its number.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn guarantee_by_number(&self, guarantee_no: &str) -> Result<Option<Found>, Error> {
        let sql = format!("{FOUND} WHERE guarantee_no = ?");
        let row = sqlx::query(&sql).bind(guarantee_no).fetch_optional(self.readers()).await?;
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
        let mut query = QueryBuilder::new(FOUND);
        query.push("WHERE TRUE");
        restrict(&mut query, filter, viewer);
        if let Some(after) = slice.after(List::Guarantees)? {
            query.push(" AND (applied_at, id) < (").push_bind(after.at);
            query.push(", ").push_bind(after.id.as_bytes().to_vec()).push(")");
        }
        query.push(" ORDER BY applied_at DESC, id DESC LIMIT ").push_bind(limit + 1);
        let mut rows = Vec::new();
        for row in query.build().fetch_all(self.readers()).await? {
            let found = Found::of(&row)?;
            let key = Key { at: row.try_get("applied_at")?, id: found.meta.id, number: 0 };
            rows.extend(found.view(viewer).map(|view| (key, view)));
        }
        Ok(page(rows, limit, List::Guarantees))
    }

    /// How many guarantees there are.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn guarantees_count(&self) -> Result<u64, Error> {
        let row =
            sqlx::query("SELECT COUNT(*) AS guarantees FROM guarantees").fetch_one(self.readers()).await?;
        count(&row, "guarantees")
    }
}

fn restrict(query: &mut QueryBuilder<'_, Sqlite>, filter: &Filter, viewer: &Viewer<'_>) {
    let equal = [
        ("platform", filter.platform.clone()),
        ("platform_code", filter.platform_code.clone()),
        ("application_no", filter.application_no.clone()),
        ("guarantee_no", filter.guarantee_no.clone()),
        ("status", filter.status.map(|status| status.name().to_owned())),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            query.push(format!(" AND {column} = ")).push_bind(value);
        }
    }
    if let Some(applicant) = &filter.applicant {
        query.push(" AND applicant_name LIKE ").push_bind(containing(applicant)).push(" ESCAPE '\\'");
        // A search that finds a hidden name tells it.
        query
            .push(" AND (applicant_is_sealed = 0 OR opening_at <= ")
            .push_bind(viewer.opened_until())
            .push(")");
    }
    if let Some(from) = filter.issued_from {
        query.push(" AND issued_on >= ").push_bind(day(from));
    }
    if let Some(to) = filter.issued_to {
        query.push(" AND issued_on <= ").push_bind(day(to));
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
