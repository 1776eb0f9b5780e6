//! A process that appends under load is killed at any moment; what it was answered is there, and no gap is.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use baohan_log::{JournalEntry, KeyState, Log};
use bytes::Bytes;
use tempfile::TempDir;
use uuid::Uuid;

use crate::file::{first, options};

const KILLS: usize = 20;
/// Says to the child where its ledger lies.
const FOLDER: &str = "CRASHING_LEDGER";
const TASKS: usize = 32;
/// What marks a line of the child as an answer.
const ANSWERED: &str = "answered ";

/// The child: appends with many tasks, and prints what it was answered.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that is killed by the other test"]
async fn appends_until_it_is_killed() {
    let folder = std::env::var(FOLDER).unwrap();
    let log = Log::open(&options(Path::new(&folder))).await.unwrap();
    let tasks = (0..TASKS).map(|_| tokio::spawn(append_for_ever(log.clone())));
    futures::future::join_all(tasks).await;
}

async fn append_for_ever(log: Log) {
    loop {
        let mut append = first(Uuid::new_v4());
        append.key = Some(append.aggregate_id.as_bytes().to_vec());
        append.journal = Some(JournalEntry {
            id: append.aggregate_id,
            body: Some(Bytes::from(vec![b'x'; 700])),
            ..Default::default()
        });
        let stored = log.append(append).await.unwrap();
        // One write a line, so that a line is whole or is not there.
        let line = format!("{ANSWERED}{} {}\n", stored[0].aggregate_id, stored[0].position);
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    }
}

/// Runs the child until it has given so many answers, kills it, and takes all that it said.
fn run_and_kill(folder: &Path, answers: usize) -> HashMap<Uuid, u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["crashing::appends_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = HashMap::new();
    for line in lines.map_while(Result::ok) {
        // The test runner's own words may stand before the first answer in its line.
        if let Some((_, answer)) = line.split_once(ANSWERED) {
            let (id, position) = answer.split_once(' ').unwrap();
            answered.insert(id.parse().unwrap(), position.parse().unwrap());
        }
        if answered.len() == answers {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "it was killed");
    assert!(answered.len() >= answers, "{status}");
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_writer_loses_no_answered_append_and_leaves_no_gap() {
    let folder = TempDir::new().unwrap();
    let mut answered = HashMap::new();
    for kill in 0..KILLS {
        answered.extend(run_and_kill(folder.path(), 40 + kill * 37));
        let log = Log::open(&options(folder.path())).await.unwrap();
        let records = log.read(0, 0, usize::MAX).await.unwrap();
        let mut all = records;
        while (all.len() as u64) < log.head(0) {
            all.extend(log.read(0, all.len() as u64, usize::MAX).await.unwrap());
        }
        for (record, position) in all.iter().zip(1..) {
            assert_eq!(record.position, position);
        }
        assert_eq!(all.len() as u64, log.head(0));
        let stored: HashMap<Uuid, u64> =
            all.iter().map(|record| (record.aggregate_id, record.position)).collect();
        for (id, position) in &answered {
            assert_eq!(stored.get(id), Some(position), "after {} kills", kill + 1);
        }
        // What belongs to an event is there with it, answered or not.
        let last = all.last().unwrap().aggregate_id;
        assert!(matches!(log.load(last).await.unwrap().key, KeyState::Wrapped(_)));
        assert!(log.journal_entry(last).await.unwrap().is_some());
        log.close().await;
    }
    assert!(answered.len() > KILLS * 40);
}
