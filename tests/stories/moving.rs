//! A ledger that outgrows its file: a copy that one can go on from, and the move to PostgreSQL.

use std::path::Path;

use baohan_servers::Postgres;
use serde_json::Value;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use crate::claimed::claimed;
use crate::world::process::run;
use crate::world::{Ledger, heads, records};

const SHARDS: usize = 4;
const CONFIGURATION: &str = "baohan.toml";

/// A guarantee that was claimed, and some that were only applied for. Answers the id of the first.
async fn business(ledger: &Ledger) -> String {
    for number in 2..=20 {
        assert!(ledger.platform().apply(&format!("SQ{number}"), "800000.00").await.unwrap().taken());
    }
    claimed(ledger).await
}

/// Runs a command over the ledger's configuration; answers how it ended and what it said.
fn command(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let output = run(&[words, &["--config", CONFIGURATION]].concat(), folder);
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn done(folder: &Path, words: &[&str]) -> String {
    let (code, said) = command(folder, words);
    assert_eq!(code, Some(0), "{words:?}: {said}");
    said
}

/// From now on the configuration names another store.
fn move_to(folder: &Path, url: &str) {
    let file = folder.join(CONFIGURATION);
    let old = std::fs::read_to_string(&file).unwrap();
    let line = old.lines().find(|line| line.starts_with("url = \"sqlite:")).unwrap();
    let new = old.replace(line, &format!("url = \"{url}\"\nshards = {SHARDS}"));
    std::fs::write(file, new).unwrap();
}

/// What no move may change of a record: whose it is, which, what it says and when it was stored.
fn unmoved(event: &Value) -> [String; 5] {
    ["guarantee_id", "sequence", "id", "data", "recorded_at"].map(|name| {
        assert!(!event[name].is_null(), "no {name} in {event}");
        event[name].to_string()
    })
}

fn sorted(events: &[Value]) -> Vec<[String; 5]> {
    let mut all: Vec<_> = events.iter().map(unmoved).collect();
    all.sort();
    all
}

/// Under which name the store writes.
async fn incarnation(ledger: &Ledger) -> String {
    let (status, told) = ledger.office().get("/api/v1/status").await;
    assert_eq!(status, 200, "{told}");
    told["store"]["incarnation"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_moves_to_postgresql_and_goes_on_with_all_that_it_knew() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let id = business(&ledger).await;
    let one = format!("/api/v1/guarantees/{id}");
    let (events, guarantee) = (ledger.office().events().await, ledger.office().get(&one).await.1);
    let (_, document) = ledger.office().bytes(&format!("{one}/documents/plain")).await;
    assert!(document.starts_with(b"%PDF"));
    assert!(ledger.stop().await.success());
    let folder = ledger.folder.path().to_owned();
    done(&folder, &["export", "moved.gz"]);

    let server = Postgres::start().await;
    let database = server.database().await;
    move_to(&folder, &database.url);
    let said = done(&folder, &["import", "moved.gz"]);
    assert!(said.contains(&format!("{} events", events.len())), "{said}");
    let (code, said) = command(&folder, &["import", "moved.gz"]);
    assert!(code != Some(0), "a second import came into a store that is not empty: {said}");

    // The store itself: nothing lost, nothing twice, no gap, and in the records' origin the old head.
    let rows = records(&database.url).await;
    assert_eq!(rows.len(), events.len());
    for (shard, head) in (0_u32..).zip(heads(&database.url).await) {
        let positions: Vec<_> =
            rows.iter().filter(|row| row.shard == shard).map(|row| row.position).collect();
        assert_eq!(positions, (1..=head).collect::<Vec<_>>(), "shard {shard}");
    }
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    let origin: String =
        sqlx::query_scalar("SELECT heads FROM origins").fetch_one(&mut connection).await.unwrap();
    let origin: Value = serde_json::from_str(&origin).unwrap();
    assert_eq!(origin[0]["position"].as_u64(), Some(events.len() as u64), "{origin}");

    // The same is told as before, by other shards.
    ledger.start_again().await;
    let (platform, office) = (ledger.platform(), ledger.office());
    let mut moved = Vec::new();
    for shard in 0..SHARDS {
        let (status, page) = office.get(&format!("/api/v1/events?shard={shard}&after=0&limit=1000")).await;
        assert_eq!(status, 200, "{page}");
        moved.extend(page["items"].as_array().unwrap().clone());
    }
    assert_eq!(sorted(&moved), sorted(&events));
    let told = office.until(&one, |told| told["status"].is_string()).await;
    for name in ["status", "guarantee_no", "application_no", "version"] {
        assert_eq!(told[name], guarantee[name], "{name}");
    }
    assert_eq!(office.bytes(&format!("{one}/documents/plain")).await.1, document, "the document");

    // A repeat is known, what follows is new, and all of it verifies.
    assert!(platform.apply("SQ1", "800000.00").await.unwrap().taken());
    assert_eq!(records(&database.url).await.len(), events.len(), "a repeat brought an event");
    let guarantee_no = guarantee["guarantee_no"].as_str().unwrap();
    assert!(platform.claim("SQ1", guarantee_no, None, "13800000001").await.unwrap().taken());
    assert!(platform.apply("SQ21", "800000.00").await.unwrap().taken());
    office.id("SQ21").await;
    assert!(ledger.stop().await.success());
    assert!(records(&database.url).await.len() > events.len() + 1);
    done(&folder, &["verify"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_made_while_it_was_written_to_is_gone_on_from() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    business(&ledger).await;
    let folder = ledger.folder.path().to_owned();
    let (platform, copy) = (ledger.platform(), folder.join("copy.db"));
    let writes = async {
        for number in 100..140 {
            assert!(platform.apply(&format!("SQ{number}"), "800000.00").await.unwrap().taken());
        }
    };
    let backup = tokio::task::spawn_blocking({
        let folder = folder.clone();
        move || done(&folder, &["backup", "copy.db"])
    });
    let ((), copied) = tokio::join!(writes, backup);
    copied.unwrap();
    let all = ledger.office().events().await;
    let then = incarnation(&ledger).await;
    let (code, said) = command(&folder, &["backup", "copy.db"]);
    assert!(code != Some(0), "a copy was written over another: {said}");
    ledger.kill();

    // The disk is gone; the copy takes its place.
    for lost in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        if lost.file_name().unwrap().to_str().unwrap().starts_with("ledger") {
            std::fs::remove_file(lost).unwrap();
        }
    }
    std::fs::rename(&copy, ledger.store()).unwrap();
    ledger.start_again_with(&["--new-incarnation"]).await;
    let kept = ledger.office().events().await;
    assert!(kept.len() > 20 && kept.len() <= all.len(), "{} of {} records", kept.len(), all.len());
    let beginning: Vec<_> = all[..kept.len()].iter().map(unmoved).collect();
    assert_eq!(kept.iter().map(unmoved).collect::<Vec<_>>(), beginning, "the copy is not how it began");

    // Who had an answer that is lost asks again, and business goes on under another incarnation.
    for number in 100..141 {
        assert!(ledger.platform().apply(&format!("SQ{number}"), "800000.00").await.unwrap().taken());
    }
    let now = ledger.office().events().await;
    let positions: Vec<_> = now.iter().map(|event| event["position"].as_u64().unwrap()).collect();
    assert_eq!(positions, (1..=now.len() as u64).collect::<Vec<_>>());
    assert_ne!(incarnation(&ledger).await, then);
    ledger.office().id("SQ140").await;
    assert!(ledger.stop().await.success());
    done(&folder, &["verify"]);
}
