//! The tables themselves refuse what must not be, whoever asks.

use baohan_log::{JournalEntry, Log};
use bytes::Bytes;
use sqlx::SqliteConnection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::file::{beside, first, options};

/// A ledger with an event, a call and a key, and a connection beside it.
async fn filled() -> (TempDir, Log, SqliteConnection) {
    let folder = TempDir::new().unwrap();
    let log = Log::open(&options(folder.path())).await.unwrap();
    let mut append = first(Uuid::new_v4());
    append.key = Some(vec![1; 48]);
    append.journal = Some(JournalEntry {
        id: Uuid::now_v7(),
        body: Some(Bytes::from_static(b"{}")),
        body_sm3: "ab".repeat(32),
        ..Default::default()
    });
    log.append(append).await.unwrap();
    let mut beside = beside(folder.path()).await;
    sqlx::query("PRAGMA recursive_triggers = ON").execute(&mut beside).await.unwrap();
    (folder, log, beside)
}

async fn refusal(connection: &mut SqliteConnection, statement: &str) -> String {
    match sqlx::query(statement).execute(connection).await {
        Ok(done) => format!("{} rows changed", done.rows_affected()),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn events_are_never_changed_or_deleted() {
    let (_folder, _log, mut beside) = filled().await;
    for statement in [
        "UPDATE events SET payload = '{}'",
        "UPDATE events SET recorded_at = recorded_at",
        "UPDATE OR REPLACE events SET position = 2",
    ] {
        assert!(refusal(&mut beside, statement).await.contains("events are never changed"), "{statement}");
    }
    for statement in [
        "DELETE FROM events",
        "REPLACE INTO events SELECT * FROM events",
        "INSERT OR REPLACE INTO events SELECT aggregate_type, aggregate_id, sequence, event_type, event_version, 'other', metadata, \
         randomblob(16), shard, 2, recorded_at FROM events",
    ] {
        assert!(refusal(&mut beside, statement).await.contains("events are never deleted"), "{statement}");
    }
}

#[tokio::test]
async fn the_ledgers_id_and_what_was_signed_are_never_changed_or_deleted() {
    let (_folder, log, mut beside) = filled().await;
    log.keep_checkpoint(1, "one").await.unwrap();
    log.keep_cosignature(1, "north", "line").await.unwrap();
    for (statement, why) in [
        ("UPDATE identity SET ledger = ledger", "identities are never changed"),
        ("DELETE FROM identity", "identities are never deleted"),
        ("REPLACE INTO identity SELECT one, lower(ledger) FROM identity", "identities are never deleted"),
        ("INSERT INTO identity SELECT 2, ledger FROM identity", "CHECK"),
        ("UPDATE kept_checkpoints SET note = 'other'", "checkpoints are never changed"),
        ("DELETE FROM kept_checkpoints", "checkpoints are never deleted"),
        ("REPLACE INTO kept_checkpoints VALUES (1, 'other', 0)", "checkpoints are never deleted"),
        ("INSERT INTO kept_checkpoints VALUES (3, 'far', 0)", "numbered without a gap"),
        ("UPDATE kept_cosignatures SET line = 'other'", "cosignatures are never changed"),
        ("DELETE FROM kept_cosignatures", "cosignatures are never deleted"),
        ("INSERT INTO kept_cosignatures VALUES (9, 2, 'north', 'line', 0)", "is of a checkpoint"),
    ] {
        let refused = refusal(&mut beside, statement).await;
        assert!(refused.contains(why), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn of_a_call_the_body_can_be_erased_and_nothing_else() {
    let (_folder, _log, mut beside) = filled().await;
    let columns = [
        "number",
        "id",
        "received_at",
        "platform",
        "interface",
        "application_no",
        "aggregate_id",
        "outcome",
        "code",
        "message",
        "diagnosis",
        "marks",
        "body_sm3",
        "duration_us",
        "remote",
        "correlation_id",
    ];
    for column in columns {
        for body in ["body", "NULL"] {
            let changed = if column == "id" || column == "correlation_id" { "randomblob(16)" } else { "77" };
            let statement = format!("UPDATE journal SET {column} = {changed}, body = {body}");
            assert!(
                refusal(&mut beside, &statement).await.contains("only the body can be erased"),
                "{statement}"
            );
        }
    }
    let refused = refusal(&mut beside, "UPDATE journal SET body = x'00'").await;
    assert!(refused.contains("only the body can be erased"));
    assert!(refusal(&mut beside, "DELETE FROM journal").await.contains("never deleted"));
    assert_eq!(refusal(&mut beside, "UPDATE journal SET body = NULL").await, "1 rows changed");
    let again = refusal(&mut beside, "UPDATE journal SET body = x'7b7d'").await;
    assert!(again.contains("only the body can be erased"), "what is erased does not come back");
}

#[tokio::test]
async fn a_key_can_be_destroyed_once_and_its_row_stays() {
    let (_folder, _log, mut beside) = filled().await;
    for statement in
        ["UPDATE keys SET wrapped = x'00'", "UPDATE keys SET position = 2, wrapped = NULL, destroyed_at = 1"]
    {
        assert!(refusal(&mut beside, statement).await.contains("only be destroyed"), "{statement}");
    }
    let without_time = refusal(&mut beside, "UPDATE keys SET wrapped = NULL").await;
    assert!(without_time.contains("CHECK"), "{without_time}");
    assert!(refusal(&mut beside, "DELETE FROM keys").await.contains("never deleted"));
    let destroyed = refusal(&mut beside, "UPDATE keys SET wrapped = NULL, destroyed_at = 1").await;
    assert_eq!(destroyed, "1 rows changed");
    for statement in
        ["UPDATE keys SET destroyed_at = 2", "UPDATE keys SET wrapped = x'01', destroyed_at = NULL"]
    {
        assert!(refusal(&mut beside, statement).await.contains("only be destroyed"), "{statement}");
    }
}

#[tokio::test]
async fn commits_wait_for_the_disk() {
    let (folder, log, mut beside) = filled().await;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut beside).await.unwrap();
    assert_eq!(mode, "wal");
    drop((log, folder));
}

/// A search of the journal must not read all of it, nor a load all events.
#[tokio::test]
async fn searches_go_by_an_index() {
    let (_folder, _log, mut beside) = filled().await;
    for (query, index) in [
        ("SELECT * FROM journal WHERE application_no = 'A' ORDER BY number DESC", "journal_by_application"),
        (
            "SELECT * FROM journal WHERE outcome = 'x' AND outcome <> 'accepted' ORDER BY number DESC",
            "journal_by_outcome",
        ),
        ("SELECT * FROM journal WHERE id = x'00'", "sqlite_autoindex_journal_1"),
        (
            "SELECT * FROM events WHERE aggregate_type = 'guarantee' AND aggregate_id = 'A' ORDER BY sequence",
            "sqlite_autoindex_events_1",
        ),
        (
            "SELECT max(sequence) FROM events WHERE aggregate_id = 'A'",
            "COVERING INDEX sqlite_autoindex_events_1",
        ),
        ("SELECT * FROM deliveries WHERE next_at <= 1 ORDER BY next_at", "deliveries_due"),
    ] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(&format!("EXPLAIN QUERY PLAN {query}")).fetch_all(&mut beside).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|step| step.3).collect();
        assert!(plan.iter().any(|step| step.contains(index)), "{query}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{query}: {plan:?}");
    }
}
