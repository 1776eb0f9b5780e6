use sqlx::Row;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::store::Store;
use crate::error::Error;

impl Store {
    /// Asked twice, the second one holds; nobody wrote under the first as he knows.
    pub(crate) async fn renew_incarnation(&self) -> Result<Uuid, Error> {
        let renewed = Uuid::new_v4();
        let row = self.written_row(|| sqlx::query("SELECT baohan_renew($1, NULL)").bind(renewed)).await?;
        let held = row.try_get(0)?;
        self.known_heads().publish_incarnation(held);
        Ok(held)
    }
}

/// Gives the store a new incarnation where another server answers than the one under which it was last opened: a backup that was restored
/// elsewhere or to a moment, or a replica that was promoted, may lack what others have read. Answers the new one, if it is.
pub(super) async fn of_server(connection: &mut PgConnection) -> Result<Option<Uuid>, sqlx::Error> {
    let is_same: bool =
        sqlx::query_scalar("SELECT server IS NOT DISTINCT FROM baohan_server() FROM baohan_ledger")
            .fetch_one(&mut *connection)
            .await?;
    if is_same {
        return Ok(None);
    }
    let renewed = Uuid::new_v4();
    let held: Uuid = sqlx::query_scalar("SELECT baohan_renew($1, baohan_server())")
        .bind(renewed)
        .fetch_one(connection)
        .await?;
    if held == renewed {
        tracing::warn!(incarnation = %held, "another server answers than before: the store goes on under a new incarnation");
    }
    Ok(Some(held))
}
