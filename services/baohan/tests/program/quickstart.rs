use std::path::Path;

use baohan_servers::{database, kafka};

use crate::ledger::{Ledger, complained, only_folder, printed, run};

/// A telephone number that the quickstart's platform sends in a claim.
const PHONE: &[u8] = b"13800000001";

#[test]
fn the_quickstart_comes_out_right_and_its_ledger_lives_on() {
    let data = tempfile::tempdir().unwrap();
    let output = run(data.path(), &["quickstart", "--once", "--data", "q"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{text}\n{}", complained(&output));
    for told in [
        "issued → restored → invoiced → cancelled",
        "issued → quit",
        "claimed in part → paid → claimed for the rest",
        "over the limit",
        "diagnosis: secret = \"ampersand\"",
        "HTTP 500; it is tried again",
        "1 已退保",
        "-plain.pdf",
        "steps came out right",
    ] {
        assert!(text.contains(told), "no {told:?} in:\n{text}");
    }
    assert!(!text.contains('✗'), "{text}");
    evidence_is_accepted_and_an_altered_byte_named(&text);

    let folder = only_folder(&data.path().join("q"));
    assert!(!holds(&folder, PHONE), "a telephone number stands in the clear");
    erasing_needs_no_stop(&folder, &number_of(&text, "01"), &number_of(&text, "03"));
    a_lost_master_key_stops_the_start(&folder);
}

#[tokio::test]
async fn the_quickstart_comes_out_right_on_postgres_with_kafka_between() {
    let (server, broker, data) = (database().await, kafka().await, tempfile::tempdir().unwrap());
    let servers = ["--store", "postgres", "--postgres", &server.url, "--kafka", &broker.brokers];
    let output = run(data.path(), &[&["quickstart", "--once", "--data", "q"][..], &servers].concat());
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{text}\n{}", complained(&output));
    assert!(!text.contains('✗') && text.contains("steps came out right"), "{text}");
    evidence_is_accepted_and_an_altered_byte_named(&text);
    let folder = only_folder(&data.path().join("q"));
    let topic = format!("quickstart-{}.events", folder.file_name().unwrap().to_string_lossy());
    for told in ["A ledger on postgres://", &topic, "the store holds", "ce_leafhash", "ce_incarnation"] {
        assert!(text.contains(told), "no {told:?} in:\n{text}");
    }
    // What was told is what Kafka's own consumer reads.
    let told = text.lines().find(|line| line.contains("the store holds")).unwrap();
    let count: usize = told.split_whitespace().rev().nth(1).unwrap().parse().unwrap();
    let records = broker.console_consumer(&topic, count).await;
    assert_eq!(records.len(), count);
    erasing_needs_no_stop(&folder, &number_of(&text, "01"), &number_of(&text, "03"));
    a_lost_master_key_stops_the_start(&folder);
}

/// What stands under the auditor's last life: three verifications, of which the last finds the byte that was altered in the copy.
fn evidence_is_accepted_and_an_altered_byte_named(text: &str) {
    let (_, told) = text.split_once("an auditor asks for proof").unwrap();
    let altered = told.lines().find(|line| line.contains("one byte")).unwrap();
    let position: u64 =
        altered.split_once("at position ").unwrap().1.split(' ').next().unwrap().parse().unwrap();
    let (before, after) = told.split_once(altered).unwrap();
    for part in ["co-signed by notary.example", "It fits", "All of it is what was sealed and signed"] {
        assert!(before.contains(part), "no {part:?} in:\n{before}");
    }
    assert!(after.contains("IT DOES NOT FIT") && after.contains("altered: shard "), "{after}");
    assert!(after.contains(&format!("position {position}: payload")), "{after}");
}

/// The guarantee number in the reconciliation's row of a life.
fn number_of(text: &str, life: &str) -> String {
    let rows = text.lines().filter(|line| line.starts_with('│'));
    let cells = rows.map(|line| line.split(['│', '┆']).map(str::trim).collect::<Vec<_>>());
    cells.into_iter().find(|cells| cells[1].ends_with(life)).unwrap()[2].to_owned()
}

fn erasing_needs_no_stop(folder: &Path, one: &str, other: &str) {
    let erased = run(folder, &["erase", one]);
    assert_eq!(erased.status.code(), Some(0), "{}", complained(&erased));
    assert!(printed(&erased).contains("the key is destroyed"), "{}", printed(&erased));
    let ledger = Ledger::start(folder, &[]);
    let again = run(folder, &["erase", one]);
    assert!(printed(&again).contains("already"), "{}{}", printed(&again), complained(&again));
    let other = run(folder, &["erase", other]);
    assert!(printed(&other).contains("the key is destroyed"), "{}{}", printed(&other), complained(&other));
    assert_eq!(run(folder, &["erase", "BH0"]).status.code(), Some(1));
    ledger.signal("TERM");
    assert_eq!(ledger.end().code(), Some(0));
}

fn a_lost_master_key_stops_the_start(folder: &Path) {
    std::fs::remove_file(folder.join("master.key")).unwrap();
    let output = run(folder, &["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("master.key is missing"), "{}", complained(&output));
    assert!(!folder.join("master.key").exists());
}

/// Whether any file below a folder, documents apart, holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, bytes);
        }
        std::fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes)
    })
}
