//! The ledger runs under a role that may add and read, and little more.

use std::process::Stdio;

use baohan_log::{Attempt, IdempotencyRecord, Log, Reading, SectionFact};
use baohan_servers::Postgres;
use futures::future::join_all;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use uuid::Uuid;

use crate::ledger::{all, beside, noon, options, refusal};
use crate::suite::erasing::applied;
use crate::suite::stage::{append, call};

const ROLES: &str = include_str!("../../../../deploy/postgres/roles.sql");

/// As `psql --file` does it.
async fn run_roles(url: &str) {
    let mut psql = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    psql.stdin.take().unwrap().write_all(ROLES.as_bytes()).await.unwrap();
    let done = psql.wait_with_output().await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_role_does_all_of_its_work_and_nothing_else() {
    let server = Postgres::start_with(&[("fsync", "off")]).await;
    let url = server.database().await.url;
    let of = |role: &str| url.replace("postgres@", &format!("{role}@"));
    run_roles(&url).await;
    let mut small = options(&of("baohan_owner")).with_shards(2);
    small.partition_size = 8;
    Log::open(&small).await.unwrap().close().await;
    run_roles(&url).await;
    run_roles(&url).await;

    let log = Log::open(&options(&of("baohan_app"))).await.unwrap();
    let id = Uuid::new_v4();
    let mut first = applied(id, "A1");
    first.guarantee_no = Some("BH1".to_owned());
    first.idempotency = Some(IdempotencyRecord {
        key: "core/1".to_owned(),
        content_sm3: "cd".repeat(32),
        status: 200,
        body: b"{}".to_vec(),
        at: noon(),
    });
    log.append(first).await.unwrap();
    // Over some partitions, which this role makes by the owner's function.
    join_all((0..60).map(|_| async { log.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap() }))
        .await;
    assert_eq!(all(&log).await.len(), 61);
    log.record(call("baohanapply", "A2")).await.unwrap();
    let notice = Uuid::now_v7();
    let token = Uuid::new_v4();
    log.lease(notice, token, std::time::Duration::from_mins(1)).await.unwrap().unwrap();
    let attempt = Attempt {
        notice_id: notice,
        number: 1,
        started_at: noon(),
        duration_ms: 1,
        status: None,
        outcome: "transport".to_owned(),
        reply: None,
        next_at: None,
    };
    log.record_attempt(attempt, token).await.unwrap();
    log.reschedule(notice, "waiting", None, true).await.unwrap();
    log.reserve_number(id, noon().date_naive()).await.unwrap();
    log.move_checkpoint("reader", 0, 5).await.unwrap();
    let fact = SectionFact {
        section_no: "BD1".to_owned(),
        status: "1".to_owned(),
        content: "{}".to_owned(),
        told_at: noon(),
    };
    log.record_section_facts("demo", vec![fact], Some("now".to_owned())).await.unwrap();
    let reading = Reading { actor: "clerk".to_owned(), aggregate_id: id, fields: vec![], at: noon() };
    log.record_reading(reading).await.unwrap();
    log.take_turn("worker/clock", baohan_log::TURN_MIN).await.unwrap().unwrap().release().await;
    let entry = baohan_log::JournalEntry { id: Uuid::now_v7(), received_at: noon(), ..Default::default() };
    assert_eq!(log.erase_key(id, entry).await.unwrap().unwrap().bodies, 1);
    log.renew_incarnation().await.unwrap();
    assert!(log.keep_checkpoint(1, "one").await.unwrap());
    log.keep_cosignature(1, "north", "line").await.unwrap();
    log.append(append(id, 1, "Issued")).await.unwrap();

    let mut connection = beside(&of("baohan_app")).await;
    for statement in [
        "UPDATE events SET payload = '1'",
        "DELETE FROM events",
        "DELETE FROM journal",
        "UPDATE journal SET outcome = 'x'",
        "UPDATE event_ids SET position = 1",
        "UPDATE guarantee_numbers SET number = 'x'",
        "DELETE FROM idempotency",
        "INSERT INTO heads VALUES (9, 0, now(), gen_random_uuid())",
        "UPDATE baohan_ledger SET version = 1",
        "UPDATE identity SET ledger = gen_random_uuid()",
        "INSERT INTO identity VALUES (true, gen_random_uuid())",
        "UPDATE kept_checkpoints SET note = 'x'",
        "DELETE FROM kept_cosignatures",
        "TRUNCATE events",
        "DROP TABLE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "CREATE TABLE mine (x text)",
    ] {
        let refused = refusal(&mut connection, statement).await;
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{statement}: {refused}"
        );
    }
}
