use std::time::Duration;

use sqlx::postgres::PgConnection;
use tokio::sync::watch;

use super::column::stored;
use super::connection::Place;
use super::heads::Heads;
use crate::error::Error;

/// How many positions after each head have their tables already, as a share of a partition: half a partition is days of work even at
/// the highest rate, so that what makes the next can fail a while.
const AHEAD_SHARE: i64 = 2;
/// How long to wait after it failed, in seconds.
const AGAIN_S: u64 = 10;

/// Makes the partitions that appends will soon go to: at least for so many events.
pub(super) async fn make(connection: &mut PgConnection, events: usize) -> Result<(), Error> {
    let statement = "SELECT baohan_make_partitions(greatest(partition_size / $1, $2)) FROM baohan_ledger";
    let made: i32 = sqlx::query_scalar(statement)
        .bind(AHEAD_SHARE)
        .bind(stored(events as u64))
        .fetch_one(connection)
        .await?;
    if made > 0 {
        tracing::info!(made, "partitions of events are made ahead");
    }
    Ok(())
}

/// How many positions a partition takes.
pub(super) async fn size(connection: &mut PgConnection) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT partition_size FROM baohan_ledger").fetch_one(connection).await?)
}

/// Makes them again and again, each time that a quarter of a partition has been filled since, until the store is closed.
pub(super) async fn keep_making(place: Place, heads: Heads, size: i64, mut closing: watch::Receiver<bool>) {
    let step = u64::try_from(size / 4).unwrap_or(1).max(1);
    let mut events = heads.watch();
    let mut next = *events.borrow() + step;
    loop {
        let due = async {
            let _ = events.wait_for(|events| *events >= next).await;
            match place.for_tables().await {
                Ok(mut connection) => make(&mut connection, 1).await,
                Err(error) => Err(error),
            }
        };
        let made = tokio::select! {
            made = due => made,
            _ = closing.wait_for(|closing| *closing) => return,
        };
        match made {
            Ok(()) => next = *events.borrow() + step,
            Err(error) => {
                tracing::error!(%error, "the next partitions of events are not made yet");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(AGAIN_S)) => {}
                    _ = closing.wait_for(|closing| *closing) => return,
                }
            }
        }
    }
}
