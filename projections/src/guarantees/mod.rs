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

use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use crate::change::Change;
use crate::error::{ApplyError, Error};
use crate::rows::{Insert, count, id};
use crate::states::Known;

pub use masking::mask_event;
pub use reconciliation::{RECONCILIATION_ROWS_MAX, ReconciledStatus, Reconciliation, ReconciliationRow};
pub use search::{Filter, Found};
pub(crate) use sub_views::invoice_kind;
pub use sub_views::{
    ClaimView, DocumentView, EndView, InvoiceView, PremiumView, QuitView, RemarkView, UnderwritingView,
};
pub use view::{GuaranteeView, Meta};
pub use work::{QuitWork, Work};

pub(crate) const SCHEMA: &str = include_str!("schema.sql");
pub(crate) const TABLE: &str = "guarantees";

/// How many states one statement loads; the list is filled up with its last id, so that it stays one statement.
const LOADED_AT_ONCE: usize = 32;

/// Writes each guarantee as it stands after the last of the changes.
pub(crate) async fn apply(
    changes: &[Change<'_>],
    connection: &mut SqliteConnection,
) -> Result<(), ApplyError> {
    let mut places: HashMap<Uuid, usize> = HashMap::with_capacity(changes.len());
    let mut rows: Vec<row::GuaranteeRow> = Vec::with_capacity(changes.len());
    for (index, change) in changes.iter().enumerate() {
        places.insert(change.stored.aggregate_id, index);
    }
    for (index, change) in changes.iter().enumerate() {
        if change.after.application().is_none() {
            let what = "its guarantee was never applied for";
            return Err(ApplyError::DoesNotFollow { event: change.event.name(), what });
        }
        if places.get(&change.stored.aggregate_id) == Some(&index) {
            rows.extend(row::GuaranteeRow::of(change)?);
        }
    }
    let insert = Insert { head: row::HEAD, columns: row::COLUMNS, tail: row::TAIL };
    insert.write(&rows, row::bind, connection).await?;
    Ok(())
}

/// Loads the states of guarantees that are there.
pub(crate) async fn load(
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
    connection: &mut SqliteConnection,
) -> Result<(), Error> {
    let marks = vec!["?"; LOADED_AT_ONCE].join(",");
    let sql = format!("SELECT id, version, state FROM guarantees WHERE id IN ({marks})");
    for chunk in ids.chunks(LOADED_AT_ONCE) {
        let Some(last) = chunk.last() else { continue };
        let filled = chunk.iter().chain(std::iter::repeat(last)).take(LOADED_AT_ONCE);
        let statement = filled.fold(sqlx::query(&sql), |query, id| query.bind(&id.as_bytes()[..]));
        for row in statement.fetch_all(&mut *connection).await? {
            // A state of an older form is none to go on from: the log has it.
            let Ok(guarantee) = serde_json::from_str(row.try_get("state")?) else { continue };
            let (version, guarantee) = (count(&row, "version")?, Arc::new(guarantee));
            known.insert(id(&row, TABLE, "id")?, Known { version, guarantee });
        }
    }
    Ok(())
}
