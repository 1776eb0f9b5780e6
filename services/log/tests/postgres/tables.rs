//! The tables themselves refuse what must not be, whoever asks: this connection is a superuser's.

use baohan_log::{JournalEntry, Log};
use bytes::Bytes;
use sqlx::{Executor, PgConnection, Row};
use uuid::Uuid;

use crate::ledger::{beside, open, refusal};
use crate::place::{Place, fresh};
use crate::suite::stage::append;

/// A ledger with an event, a call and a key, and a connection beside it.
async fn filled() -> (Place, Log, PgConnection) {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let mut first = append(Uuid::new_v4(), 0, "Applied");
    first.key = Some(vec![1; 48]);
    first.journal = Some(JournalEntry {
        id: Uuid::now_v7(),
        body: Some(Bytes::from_static(b"{}")),
        body_sm3: "ab".repeat(32),
        ..Default::default()
    });
    let shard = log.append(first).await.unwrap()[0].shard;
    let mut beside = beside(&place.url()).await;
    beside.execute(format!("SET my.leaf = 'events_{shard}_0'").as_str()).await.unwrap();
    (place, log, beside)
}

#[tokio::test]
async fn events_are_never_changed_or_deleted() {
    let (_place, log, mut beside) = filled().await;
    let leaf: String = sqlx::query_scalar("SHOW my.leaf").fetch_one(&mut beside).await.unwrap();
    for table in ["events", leaf.as_str()] {
        for statement in [
            format!("UPDATE {table} SET payload = '{{}}'"),
            format!("UPDATE {table} SET recorded_at = recorded_at"),
            format!("UPDATE {table} SET position = position + 1"),
            format!(
                "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (shard, position) DO UPDATE SET payload = '1'"
            ),
        ] {
            let refused = refusal(&mut beside, &statement).await;
            assert!(refused.contains("events are never changed"), "{statement}: {refused}");
        }
        for statement in [format!("DELETE FROM {table}"), format!("TRUNCATE {table}")] {
            let refused = refusal(&mut beside, &statement).await;
            assert!(refused.contains("events are never deleted"), "{statement}: {refused}");
        }
    }
    for statement in ["UPDATE event_ids SET position = 7", "DELETE FROM event_ids", "TRUNCATE event_ids"] {
        assert!(refusal(&mut beside, statement).await.contains("events are never"), "{statement}");
    }
    assert_eq!(log.heads().await.unwrap().iter().sum::<u64>(), 1);
}

#[tokio::test]
async fn the_ledgers_id_and_what_was_signed_are_never_changed_or_deleted() {
    let (_place, log, mut beside) = filled().await;
    log.keep_checkpoint(1, "one").await.unwrap();
    log.keep_cosignature(1, "north", "line").await.unwrap();
    for (statement, why) in [
        ("UPDATE identity SET ledger = gen_random_uuid()", "identities are never changed"),
        ("DELETE FROM identity", "identities are never deleted"),
        ("TRUNCATE identity", "identities are never deleted"),
        ("INSERT INTO identity VALUES (true, gen_random_uuid())", "identity_pkey"),
        ("UPDATE kept_checkpoints SET note = 'other'", "checkpoints are never changed"),
        ("DELETE FROM kept_checkpoints", "checkpoints are never deleted"),
        ("TRUNCATE kept_checkpoints, kept_cosignatures", "are never deleted"),
        ("INSERT INTO kept_checkpoints VALUES (3, 'far', now())", "numbered without a gap"),
        ("UPDATE kept_cosignatures SET line = 'other'", "cosignatures are never changed"),
        ("DELETE FROM kept_cosignatures", "cosignatures are never deleted"),
        ("TRUNCATE kept_cosignatures", "cosignatures are never deleted"),
        (
            "INSERT INTO kept_cosignatures (number, witness, line, kept_at) VALUES (2, 'north', 'line', now())",
            "foreign key",
        ),
    ] {
        let refused = refusal(&mut beside, statement).await;
        assert!(refused.contains(why), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn a_head_only_moves_on() {
    let (_place, _log, mut beside) = filled().await;
    for statement in [
        "UPDATE heads SET position = position - 1 WHERE position > 0",
        "UPDATE heads SET recorded_at = recorded_at - interval '1 second'",
        "UPDATE heads SET shard = shard + 100",
        "DELETE FROM heads",
    ] {
        let refused = refusal(&mut beside, statement).await;
        assert!(refused.contains("a head only moves on"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn of_a_call_the_body_can_be_erased_and_nothing_else() {
    let (_place, _log, mut beside) = filled().await;
    for change in [
        "id = gen_random_uuid()",
        "received_at = now()",
        "platform = '77'",
        "interface = '77'",
        "application_no = '77'",
        "aggregate_id = gen_random_uuid()",
        "outcome = '77'",
        "code = '77'",
        "message = '77'",
        "diagnosis = '77'",
        "marks = '77'",
        "body_sm3 = '77'",
        "duration_us = 77",
        "remote = '77'",
        "correlation_id = gen_random_uuid()",
    ] {
        for body in ["body", "NULL"] {
            let statement = format!("UPDATE journal SET {change}, body = {body}");
            let refused = refusal(&mut beside, &statement).await;
            assert!(refused.contains("only the body can be erased"), "{statement}: {refused}");
        }
    }
    assert!(refusal(&mut beside, "UPDATE journal SET body = '\\x00'").await.contains("only the body"));
    assert!(refusal(&mut beside, "DELETE FROM journal").await.contains("never deleted"));
    assert!(refusal(&mut beside, "TRUNCATE journal").await.contains("never deleted"));
    assert_eq!(refusal(&mut beside, "UPDATE journal SET body = NULL").await, "1 rows changed");
    let again = refusal(&mut beside, "UPDATE journal SET body = '\\x7b7d'").await;
    assert!(again.contains("only the body can be erased"), "what is erased does not come back");
}

#[tokio::test]
async fn a_key_can_be_destroyed_once_and_its_row_stays() {
    let (_place, _log, mut beside) = filled().await;
    for statement in [
        "UPDATE keys SET wrapped = '\\x00'",
        "UPDATE keys SET position = 2, wrapped = NULL, destroyed_at = now()",
    ] {
        assert!(refusal(&mut beside, statement).await.contains("only be destroyed"), "{statement}");
    }
    assert!(refusal(&mut beside, "UPDATE keys SET wrapped = NULL").await.contains("check constraint"));
    assert!(refusal(&mut beside, "DELETE FROM keys").await.contains("never deleted"));
    let destroyed = refusal(&mut beside, "UPDATE keys SET wrapped = NULL, destroyed_at = now()").await;
    assert_eq!(destroyed, "1 rows changed");
    for statement in
        ["UPDATE keys SET destroyed_at = now()", "UPDATE keys SET wrapped = '\\x01', destroyed_at = NULL"]
    {
        assert!(refusal(&mut beside, statement).await.contains("only be destroyed"), "{statement}");
    }
}

/// A search of the journal must not read all of it, nor a load all events.
#[tokio::test]
async fn searches_go_by_an_index() {
    let (_place, _log, mut beside) = filled().await;
    beside
        .execute("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off")
        .await
        .unwrap();
    for (query, index) in [
        (
            "SELECT * FROM journal WHERE application_no = 'A' ORDER BY number DESC LIMIT 9",
            "journal_by_application",
        ),
        (
            "SELECT * FROM journal WHERE outcome <> 'accepted' AND outcome = 'x' ORDER BY number DESC LIMIT 9",
            "journal_by_outcome",
        ),
        ("SELECT * FROM journal WHERE id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "journal_id_key"),
        (
            "SELECT * FROM events WHERE aggregate_type = 'guarantee' AND aggregate_id = 'A' ORDER BY sequence",
            "events_0_0_by_aggregate",
        ),
        (
            "SELECT * FROM events WHERE shard = 3 AND position > 7 ORDER BY position LIMIT 9",
            "events_3_0_pkey",
        ),
        ("SELECT * FROM deliveries WHERE next_at <= now() ORDER BY next_at", "deliveries_due"),
    ] {
        let rows = beside.fetch_all(format!("EXPLAIN {query}").as_str()).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert!(plan.iter().any(|step| step.contains(index)), "{query}: {plan:#?}");
        assert!(
            !plan.iter().any(|step| step.contains("Seq Scan") || step.contains("Sort  (")),
            "{query}: {plan:#?}"
        );
    }
}

#[tokio::test]
async fn a_payload_that_is_no_json_fails_its_own_command_alone() {
    let (_place, log, _beside) = filled().await;
    let mut broken = append(Uuid::new_v4(), 0, "Applied");
    broken.events[0].payload = "{".to_owned();
    let (broken, good) = tokio::join!(log.append(broken), log.append(append(Uuid::new_v4(), 0, "Applied")));
    assert!(
        matches!(broken, Err(baohan_log::AppendError::Store(baohan_log::Error::Rejected(_)))),
        "{broken:?}"
    );
    assert!(good.is_ok());
}

#[tokio::test]
async fn a_bent_time_is_told_of_its_own_aggregate_and_hurts_no_other() {
    let place = fresh().await;
    let log = open(&place.url()).await;
    let (bent, sound) = (Uuid::new_v4(), Uuid::new_v4());
    for id in [bent, sound] {
        log.append(append(id, 0, "Applied")).await.unwrap();
    }
    let mut connection = beside(&place.url()).await;
    let change = format!("UPDATE events SET recorded_at = 'infinity' WHERE aggregate_id = '{bent}'");
    connection.execute(format!("SET session_replication_role = replica; {change}").as_str()).await.unwrap();
    for _ in 0..8 {
        assert!(matches!(log.load(bent).await, Err(baohan_log::Error::Damaged(_))));
        assert_eq!(log.load(sound).await.unwrap().events.len(), 1);
    }
}
