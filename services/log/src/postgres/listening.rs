use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::watch;

use super::heads::Heads;
use super::telling::{CHANNEL, heard};
use crate::error::Error;

/// How often the heads are asked for while notifications come, in milliseconds: for those of a process that ended before it told.
const POLL_MS: u64 = 1_000;
/// How often they are asked for while none can come, in milliseconds.
const POLL_ALONE_MS: u64 = 200;

/// Takes note of what other processes commit, until the store is closed: by notifications, and by asking in any case.
pub(super) async fn run(pool: PgPool, heads: Heads, mut closing: watch::Receiver<bool>) {
    let mut listener = None;
    let listening = async {
        loop {
            if listener.is_none() {
                listener = listen(&pool).await;
            }
            if let Err(error) = heads.refresh(&pool).await {
                if matches!(error, Error::Closed) {
                    return;
                }
                tracing::warn!(%error, "cannot ask for the heads of the log");
            }
            let limit = if listener.is_some() { POLL_MS } else { POLL_ALONE_MS };
            if tokio::time::timeout(Duration::from_millis(limit), hear(&mut listener, &heads)).await.is_ok() {
                // The connection is gone.
                listener = None;
            }
        }
    };
    tokio::select! {
        () = listening => {}
        _ = closing.wait_for(|closing| *closing) => {}
    }
}

async fn listen(pool: &PgPool) -> Option<PgListener> {
    let mut listener = match PgListener::connect_with(pool).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%error, "notifications cannot be listened to, the heads are polled");
            return None;
        }
    };
    match listener.listen(CHANNEL).await {
        Ok(()) => Some(listener),
        Err(error) => {
            tracing::warn!(%error, "notifications cannot be listened to, the heads are polled");
            None
        }
    }
}

/// Publishes what it hears; returns when the connection is gone, and never where there is none.
async fn hear(listener: &mut Option<PgListener>, heads: &Heads) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    while let Ok(Some(notification)) = listener.try_recv().await {
        heads.publish(heard(notification.payload()));
    }
}
