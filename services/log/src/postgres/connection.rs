use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Row};

use crate::error::Error;

/// How long a connection may take to come about, in milliseconds; a server that hangs does not answer at all.
const CONNECT_MS: u64 = 3_000;
/// How long a statement may run on the server, in milliseconds.
const STATEMENT_MS: u64 = 30_000;
/// How long a statement may run that writes or loads, in milliseconds: it does the same little again and again.
const LITTLE_MS: u64 = 5_000;
/// How long a statement waits for a lock, in milliseconds; well within the patience of whoever called.
const LOCK_MS: u64 = 3_000;
/// How long the answer to such a statement may take in all, in milliseconds: beyond it the server or the line hangs.
const ANSWER_MS: u64 = 7_000;
/// How long a caller waits for a connection of the pool, in milliseconds; a queue that long means that something is stuck.
const ACQUIRE_MS: u64 = 5_000;
/// After so many seconds of silence the server asks whether we are still there, again each so many, and gives up after a few: a process
/// whose machine is gone must not hold a head's lock.
const SILENCE_S: &str = "5";
/// How long the server waits for us to take what it sent, in milliseconds.
const UNSENT_MS: &str = "10000";
/// Idle connections are closed after so many seconds, so that few are kept in quiet times.
const IDLE_S: u64 = 300;

/// Where a store lies.
#[derive(Debug, Clone)]
pub(super) struct Place {
    options: PgConnectOptions,
}

/// A connection of its own to the server, and by what the server knows it.
pub(super) struct Session {
    pub(super) connection: PgConnection,
    pub(super) identity: Identity,
}

/// What tells a connection's process on the server from all others, earlier ones of the same number included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) process: i32,
    pub(super) began: DateTime<Utc>,
}

impl Place {
    pub(super) fn of(url: &str) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| Error::Url { url: "postgres://…".to_owned() })?
            .application_name("baohan")
            .options([
                ("statement_timeout", STATEMENT_MS.to_string().as_str()),
                ("lock_timeout", LOCK_MS.to_string().as_str()),
                ("idle_in_transaction_session_timeout", STATEMENT_MS.to_string().as_str()),
                ("tcp_keepalives_idle", SILENCE_S),
                ("tcp_keepalives_interval", SILENCE_S),
                ("tcp_keepalives_count", "3"),
                ("tcp_user_timeout", UNSENT_MS),
                ("timezone", "UTC"),
                ("jit", "off"),
            ])
            .disable_statement_logging();
        Ok(Self { options })
    }

    /// Its name, for messages.
    pub(super) fn database(&self) -> &str {
        self.options.get_database().unwrap_or("postgres")
    }

    /// The connections that are shared by all that is neither an append nor a load.
    pub(super) fn pool(&self, connections: u32, read_only: bool) -> PgPool {
        let options = if read_only {
            self.options.clone().options([("default_transaction_read_only", "on")])
        } else {
            self.options.clone()
        };
        PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(0)
            .acquire_timeout(Duration::from_millis(ACQUIRE_MS))
            .idle_timeout(Duration::from_secs(IDLE_S))
            // A question costs a round trip; whoever meets a broken connection asks again.
            .test_before_acquire(false)
            .connect_lazy_with(options)
    }

    /// A connection that makes tables. It may wait long for another that does, and for locks.
    pub(super) async fn for_tables(&self) -> Result<PgConnection, Error> {
        let options = self.options.clone().options([("statement_timeout", "0"), ("lock_timeout", "0")]);
        Ok(within(CONNECT_MS, options.connect()).await?)
    }

    /// A connection of one's own for the same few statements, again and again. They go by indexes, whatever the planner knows of tables
    /// that were empty a moment ago, and are planned once.
    pub(super) async fn session(&self) -> Result<Session, sqlx::Error> {
        let options = self.options.clone().options([
            ("statement_timeout", LITTLE_MS.to_string().as_str()),
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("enable_bitmapscan", "off"),
        ]);
        within(CONNECT_MS, async {
            let mut connection = options.connect().await?;
            let row = sqlx::query(
                "SELECT a.pid, a.backend_start,
                        CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                             THEN set_config('synchronous_commit', 'on', false) END
                   FROM pg_stat_get_activity(pg_backend_pid()) AS a",
            )
            .fetch_one(&mut connection)
            .await?;
            let identity = Identity { process: row.try_get(0)?, began: row.try_get(1)? };
            Ok(Session { connection, identity })
        })
        .await
    }
}

/// Waits for an answer as long as a server that is well takes to write or to load.
pub(super) async fn answered<A>(
    asked: impl Future<Output = Result<A, sqlx::Error>>,
) -> Result<A, sqlx::Error> {
    within(ANSWER_MS, asked).await
}

/// Waits so long for an answer.
pub(super) async fn within<A>(
    limit_ms: u64,
    asked: impl Future<Output = Result<A, sqlx::Error>>,
) -> Result<A, sqlx::Error> {
    match tokio::time::timeout(Duration::from_millis(limit_ms), asked).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(std::io::Error::new(
            std::io::ErrorKind::TimedOut,
            "the server does not answer",
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_in_the_message() {
        let Err(error) = Place::of("postgres://me:secret@host:not-a-port/db") else { panic!("it was taken") };
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn the_address_names_the_database() {
        assert_eq!(Place::of("postgres://me@host/ledger").unwrap().database(), "ledger");
    }
}
