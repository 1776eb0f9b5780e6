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
use crate::database::{Connection, Dialect, Rows, Statement, Target};
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

/// How many states one statement loads; the list is filled up with its last id, so that it stays one statement.
const SQLITE_LOADS: usize = 32;
/// A statement is a way to the server and back there.
const POSTGRES_LOADS: usize = 256;

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
            found.extend(GuaranteeRow::of(id, &change.after, Newest::of(change.stored))?);
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

/// Loads the states of guarantees that are there.
pub(crate) async fn load(
    ids: &[Uuid],
    known: &mut HashMap<Uuid, Known>,
    target: Target,
    connection: &mut Connection<'_>,
) -> Result<(), Error> {
    let at_once = match connection.dialect() {
        Dialect::Sqlite => SQLITE_LOADS,
        Dialect::Postgres => POSTGRES_LOADS,
    };
    let marks = vec!["?"; at_once].join(",");
    let table = target.table(Projection::Guarantees);
    let sql = format!("SELECT id, version, state FROM {table} WHERE id IN ({marks})");
    for chunk in ids.chunks(at_once) {
        let Some(last) = chunk.last() else { continue };
        let filled = chunk.iter().chain(std::iter::repeat(last)).take(at_once);
        let statement = Statement::new(sql.as_str()).bind_all(filled.map(|&id| id.into()));
        for row in connection.fetch_all(statement).await? {
            // A state of an older form is none to go on from: the log has it.
            let Ok(guarantee) = serde_json::from_str(row.get("state")?) else { continue };
            let (version, guarantee) = (count(&row, "version")?, Arc::new(guarantee));
            known.insert(row.get("id")?, Known { version, guarantee });
        }
    }
    Ok(())
}
