use std::time::Duration;

use sqlx::Executor;
use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::watch;

use super::heads::{Heads, LISTEN};
use super::telling::{CHANNEL, heard};
use crate::error::Error;

/// How often the heads are asked for while notifications come, in milliseconds: for those of a process that ended before it told.
const POLL_MS: u64 = 1_000;
/// After so many times in a row that asking brought news which no notification did, the connection that listens is taken for broken: a
/// line that hangs says nothing else.
const SILENT_MAX: u32 = 3;
/// How often they are asked for while none can come, in milliseconds.
const POLL_ALONE_MS: u64 = 200;

/// Takes note of what other processes commit, until the store is closed: by notifications, and by asking in any case.
pub(super) async fn run(pool: PgPool, heads: Heads, mut closing: watch::Receiver<bool>) {
    let mut listener = None;
    let mut silent = 0;
    let listening = async {
        loop {
            if listener.is_none() {
                listener = listen(&pool).await;
                silent = 0;
            }
            match heads.refresh(&pool).await {
                Ok((_, is_new)) => silent += u32::from(is_new),
                Err(Error::Closed) => return,
                Err(error) => tracing::warn!(%error, "cannot ask for the heads of the log"),
            }
            let limit = if listener.is_some() { POLL_MS } else { POLL_ALONE_MS };
            let heard = hear(&mut listener, &heads, &mut silent);
            let is_gone = tokio::time::timeout(Duration::from_millis(limit), heard).await.is_ok();
            if is_gone || silent >= SILENT_MAX {
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
    let listens = match listener.execute(LISTEN).await {
        Ok(_) => listener.listen(CHANNEL).await,
        Err(error) => Err(error),
    };
    match listens {
        Ok(()) => Some(listener),
        Err(error) => {
            tracing::warn!(%error, "notifications cannot be listened to, the heads are polled");
            None
        }
    }
}

/// Publishes what it hears; returns when the connection is gone, and never where there is none.
async fn hear(listener: &mut Option<PgListener>, heads: &Heads, silent: &mut u32) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    while let Ok(Some(notification)) = listener.try_recv().await {
        heads.publish(heard(notification.payload()));
        *silent = 0;
    }
}
