//! Every guarantee, folded: search, the API's view, reconciliation, and the work that waits for workers.

mod masking;
mod reconciliation;
mod row;
mod search;
mod sub_views;
pub mod view;
mod work;

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::change::Change;
use crate::database::{Connection, Rows, Statement, Target};
use crate::error::{ApplyError, Error};
use crate::projection::Projection;
use crate::rows::count;
use crate::states::Known;

pub use masking::mask_event;
pub use reconciliation::{RECONCILIATION_ROWS_MAX, ReconciledStatus, Reconciliation, ReconciliationRow};
pub(crate) use row::{COLUMNS, GuaranteeRow, Newest};
pub use search::{Filter, Found};
pub use sub_views::{
    ClaimView, DocumentView, EndView, InvoiceView, PremiumView, QuitView, RemarkView, UnderwritingView,
};
pub use view::{GuaranteeView, Meta};
pub use work::{QuitWork, Work};

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
pub(crate) const TABLE: &str = "guarantees";

/// Writes each guarantee as it stands after the last of the changes.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut places: HashMap<Uuid, usize> = HashMap::with_capacity(changes.len());
    let mut found: Vec<GuaranteeRow> = Vec::with_capacity(changes.len());
    for (index, change) in changes.iter().enumerate() {
        places.insert(change.stored.aggregate_id, index);
    }
    for (index, change) in changes.iter().enumerate() {
        let id = change.stored.aggregate_id;
        if change.after.application().is_none() {
            let what = "its guarantee was never applied for";
            return Err(ApplyError::DoesNotFollow { event: change.event.name(), what });
        }
        if places.get(&id) == Some(&index) {
            found.extend(GuaranteeRow::of((id, change.begins), &change.after, Newest::of(change.stored))?);
        }
    }
    put(&found, target, connection).await
}

/// Writes rows, one a guarantee.
pub(crate) async fn put(
    found: &[GuaranteeRow],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    COLUMNS.put(&target.table(Projection::Guarantees), &rows_of(found), connection).await?;
    Ok(())
}

/// Writes rows of guarantees that have none yet.
pub(crate) async fn pour(
    found: &[GuaranteeRow],
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    COLUMNS.pour(&target.table(Projection::Guarantees), &rows_of(found), connection).await?;
    Ok(())
}

fn rows_of(found: &[GuaranteeRow]) -> Rows<'_> {
    let mut rows = Rows::new(COLUMNS.columns);
    for row in found {
        row.write(&mut rows);
    }
    rows
}

/// A guarantee as its row has it, found by where it begins; nothing, where there is no row, or none that can be read.
pub(crate) async fn stored(
    shard: u16,
    begins: u64,
    connection: &mut Connection<'_>,
) -> Result<Option<Known>, Error> {
    let asked = Statement::new("SELECT version, state FROM guarantees WHERE shard = ? AND begins = ?");
    let Some(row) = connection.fetch_optional(asked.bind(shard).bind(begins)).await? else {
        return Ok(None);
    };
    let version = count(&row, "version")?;
    let guarantee = serde_json::from_str(row.get("state")?).ok();
    Ok(guarantee.map(|guarantee| Known { version, begins, guarantee: Arc::new(guarantee) }))
}

/// Takes away the row of a guarantee that begins there.
pub(crate) async fn delete(
    shard: u16,
    begins: u64,
    connection: &mut Connection<'_>,
) -> Result<(), sqlx::Error> {
    let delete = Statement::new("DELETE FROM guarantees WHERE shard = ? AND begins = ?");
    connection.execute(delete.bind(shard).bind(begins)).await.map(drop)
}
